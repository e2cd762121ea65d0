#include "functions/kernels/string/decimal_digits.h"

namespace firesteel::functions {

bool IncrementDigits(std::string& digits) {
  for (size_t i = digits.size(); i-- > 0;) {
    if (digits[i] != '9') {
      ++digits[i];
      return false;
    }
    digits[i] = '0';
  }
  digits.insert(0, 1, '1');
  return true;
}

}  // namespace firesteel::functions
