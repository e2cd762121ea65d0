#pragma once

#include <string>
#include <string_view>

#include "functions/kernels/sketch/key_sample.h"

/// Theta sketches: samples of keys without summaries.
namespace firesteel::functions {

struct NoSummary {};
using ThetaSample = KeySample<NoSummary>;

inline NoSummary KeepNoSummary(NoSummary, NoSummary) { return {}; }

/// The sketch's bytes: DataSketches' compact ordered form, compressed where that is defined.
std::string ThetaBytes(ThetaSample sample);
/// Reads a compact sketch of any serial version. Throws SketchFormatError. Needs no more memory than 64 times the
/// bytes.
ThetaSample ReadThetaSketch(std::string_view bytes);

/// Throws SketchFormatError when the bytes are those of a sketch of another family than `family` (its number).
void CheckSketchFamily(std::string_view bytes, uint8_t family);

/// Java's Math.round.
int64_t RoundedEstimate(double estimate);

}  // namespace firesteel::functions
