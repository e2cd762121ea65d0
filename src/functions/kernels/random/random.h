#pragma once

#include "functions/kernel.h"

/// Random numbers as functions of (seed, partition, row): see random_kernels.cc.
namespace firesteel::functions {

extern const Kernel kUniformAt;
extern const Kernel kNormalAt;
extern const Kernel kTextAt;
extern const Kernel kUuidAt;
extern const Kernel kBernoulliAt;
extern const Kernel kPoissonAt;
extern const Kernel kPartitionOf;
extern const Kernel kRowInPartition;
extern const Kernel kRowId;

}  // namespace firesteel::functions
