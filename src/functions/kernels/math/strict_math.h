#pragma once

/// What java.lang.StrictMath computes to the last digit, where the C library's differs: the algorithms of fdlibm.
namespace firesteel::functions {

/// e_exp.c
double StrictExp(double x);
/// e_log.c
double StrictLog(double x);
/// e_cosh.c
double StrictCosh(double x);

}  // namespace firesteel::functions
