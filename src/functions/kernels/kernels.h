#pragma once

#include "functions/kernel.h"

/// All kernels, by the file that holds them.
namespace firesteel::functions {

// arithmetic/integral.cc: result and arguments of one type (integers, intervals)
extern const Kernel kAddIntegral;
extern const Kernel kSubtractIntegral;
extern const Kernel kMultiplyIntegral;
extern const Kernel kNegate;
extern const Kernel kAbs;
// arithmetic/division.cc: double, integers
extern const Kernel kDivideDouble;
extern const Kernel kIntegralDivide;
extern const Kernel kRemainder;
extern const Kernel kPmod;
// arithmetic/decimal.cc
extern const Kernel kAddDecimal;
extern const Kernel kSubtractDecimal;
extern const Kernel kMultiplyDecimal;
extern const Kernel kDivideDecimal;
extern const Kernel kRemainderDecimal;
extern const Kernel kPmodDecimal;
extern const Kernel kIntegralDivideDecimal;
extern const Kernel kAverageDecimal;  ///< (sum decimal(38,s), count long)
extern const Kernel kSumToDecimal;    ///< (sum of high parts, sum of low parts): see decimal_sum.cc
extern const Kernel kDecimalHigh;     ///< unscaled / 10^18 of a decimal, as decimal(20,0)
extern const Kernel kDecimalLow;      ///< unscaled % 10^18
extern const Kernel kHugeToLong;      ///< decimal(38,0) → long: a sum's overflow check
// arithmetic/rounding.cc
extern const Kernel kRound;   ///< (number, digits), HALF_UP
extern const Kernel kBround;  ///< HALF_EVEN
extern const Kernel kCeil;    ///< number [, digits]
extern const Kernel kFloor;
// arithmetic/bits.cc
extern const Kernel kBitGet;
extern const Kernel kShiftLeft;
extern const Kernel kShiftRight;
extern const Kernel kShiftRightUnsigned;
// arithmetic/interval.cc
extern const Kernel kMultiplyInterval;
extern const Kernel kDivideInterval;
// math/…
// math/functions.cc: double → double
extern const Kernel kSqrt;
extern const Kernel kExp;
extern const Kernel kExpm1;
extern const Kernel kLn;
extern const Kernel kLog10;
extern const Kernel kLog2;
extern const Kernel kLog1p;
extern const Kernel kSin;
extern const Kernel kCos;
extern const Kernel kTan;
extern const Kernel kCot;
extern const Kernel kSec;
extern const Kernel kCsc;
extern const Kernel kAsin;
extern const Kernel kAcos;
extern const Kernel kAtan;
extern const Kernel kSinh;
extern const Kernel kCosh;
extern const Kernel kTanh;
extern const Kernel kAsinh;
extern const Kernel kAcosh;
extern const Kernel kAtanh;
extern const Kernel kCbrt;
extern const Kernel kRint;
extern const Kernel kSignum;
extern const Kernel kDegrees;
extern const Kernel kRadians;
extern const Kernel kPow;
extern const Kernel kLogBase;
extern const Kernel kFactorial;
extern const Kernel kBin;
extern const Kernel kHex;
extern const Kernel kUnhex;
extern const Kernel kConv;
extern const Kernel kWidthBucket;
extern const Kernel kAtan2;
extern const Kernel kHypot;
// cast/cast_kernel.cc
extern const Kernel kCast;
extern const Kernel kToPrettyString;
// string/…
extern const Kernel kUpper;
extern const Kernel kLower;
extern const Kernel kInitcap;
extern const Kernel kSubstring;
extern const Kernel kLeft;
extern const Kernel kRight;
extern const Kernel kCharLength;
extern const Kernel kOctetLength;
extern const Kernel kBitLength;
extern const Kernel kTrim;
extern const Kernel kLtrim;
extern const Kernel kRtrim;
extern const Kernel kTrimBoth;
extern const Kernel kTrimLeading;
extern const Kernel kTrimTrailing;
extern const Kernel kLengthLimit;
extern const Kernel kLpad;
extern const Kernel kRpad;
extern const Kernel kRepeat;
extern const Kernel kReverseText;
extern const Kernel kReplaceText;
extern const Kernel kTranslate;
extern const Kernel kInstr;
extern const Kernel kInstrFrom;  ///< (text, search, position, occurrence)
extern const Kernel kLocate;
extern const Kernel kOverlay;
extern const Kernel kSpace;
extern const Kernel kAscii;
extern const Kernel kChr;
extern const Kernel kBase64Text;
extern const Kernel kUnbase64;
extern const Kernel kSoundex;
extern const Kernel kLevenshtein;
extern const Kernel kSubstringIndex;
extern const Kernel kSplitPart;
extern const Kernel kFindInSet;
extern const Kernel kContains;
extern const Kernel kStartsWith;
extern const Kernel kEndsWith;
extern const Kernel kEncode;
extern const Kernel kDecode;
extern const Kernel kFormatNumber;
extern const Kernel kElt;
extern const Kernel kConcatText;
extern const Kernel kConcatWs;
extern const Kernel kArrayJoin;
// string/pattern.cc
extern const Kernel kLike;
extern const Kernel kIlike;
extern const Kernel kRlike;
extern const Kernel kRegexpReplace;
extern const Kernel kRegexpExtract;
extern const Kernel kRegexpExtractAll;
extern const Kernel kRegexpCount;
extern const Kernel kRegexpSubstr;
extern const Kernel kRegexpInstr;
extern const Kernel kSplit;
// datetime/…
extern const Kernel kYear;
extern const Kernel kYearOfWeek;
extern const Kernel kQuarter;
extern const Kernel kMonth;
extern const Kernel kWeekOfYear;
extern const Kernel kDay;
extern const Kernel kDayOfWeek;
extern const Kernel kDayOfWeekIso;
extern const Kernel kWeekday;
extern const Kernel kDayOfYear;
extern const Kernel kHour;  ///< of a timestamp (session zone), timestamp_ntz or time
extern const Kernel kMinute;
extern const Kernel kSecond;
extern const Kernel kSecondFraction;  ///< decimal(8,6)
extern const Kernel kIntervalYears;
extern const Kernel kIntervalMonths;
extern const Kernel kIntervalDays;
extern const Kernel kIntervalHours;
extern const Kernel kIntervalMinutes;
extern const Kernel kIntervalSeconds;
extern const Kernel kCalendarYears;
extern const Kernel kCalendarMonths;
extern const Kernel kCalendarDays;
extern const Kernel kCalendarHours;
extern const Kernel kCalendarMinutes;
extern const Kernel kCalendarSeconds;
extern const Kernel kDateAdd;
extern const Kernel kDateSub;
extern const Kernel kDateDiff;
extern const Kernel kAddMonths;
extern const Kernel kMonthsBetween;
extern const Kernel kLastDay;
extern const Kernel kNextDay;
extern const Kernel kTruncDate;
extern const Kernel kTruncTimestamp;
extern const Kernel kMakeDate;
extern const Kernel kDayName;
extern const Kernel kMonthName;
extern const Kernel kMakeDayTimeInterval;
extern const Kernel kMakeYearMonthInterval;
extern const Kernel kMakeInterval;
extern const Kernel kDateFormat;
extern const Kernel kFromUnixtime;
extern const Kernel kParseTimestampFormat;
extern const Kernel kParseTimestampNtzFormat;
extern const Kernel kParseDateFormat;
extern const Kernel kUnixTimestampFormat;
extern const Kernel kUnixSeconds;
extern const Kernel kUnixMillis;
extern const Kernel kTimestampOfNanos;
extern const Kernel kGeometryFromWkb;
extern const Kernel kCounterDiff;
extern const Kernel kGeographyFromWkb;
extern const Kernel kGeospatialAsBinary;
extern const Kernel kGeospatialSrid;
extern const Kernel kGeospatialWithSrid;
extern const Kernel kTimestampSeconds;
extern const Kernel kTimestampMillis;
extern const Kernel kFromUtc;
extern const Kernel kToUtc;
extern const Kernel kConvertZone;
extern const Kernel kTimestampAdd;
extern const Kernel kTimestampDiff;
extern const Kernel kDateAddMonths;  ///< date ± year-month interval
extern const Kernel kDateAddMonthsMinus;
extern const Kernel kTimestampAddMonths;
extern const Kernel kTimestampAddMonthsMinus;
extern const Kernel kTimestampAddMicros;
extern const Kernel kTimestampAddMicrosMinus;
extern const Kernel kTimestampAddCalendar;
extern const Kernel kTimestampAddCalendarMinus;
extern const Kernel kDateAddCalendar;
extern const Kernel kDateAddCalendarMinus;
extern const Kernel kSubtractDates;
extern const Kernel kTimeAddInterval;
extern const Kernel kTimeAddIntervalMinus;
extern const Kernel kSubtractTimes;
extern const Kernel kSubtractTimestamps;
// collection/… (more in collection/collection.h). Done by helper-9; do not define these again.
extern const Kernel kElementAt;
extern const Kernel kGetItem;
extern const Kernel kSequence;
extern const Kernel kSlice;
extern const Kernel kArrayRepeat;
extern const Kernel kMakeMap;
extern const Kernel kMapFromArrays;
// hash/…
extern const Kernel kMurmur3;
extern const Kernel kXxHash64;
extern const Kernel kMd5;
extern const Kernel kSha1;
extern const Kernel kSha2;
extern const Kernel kCrc32;
// conditional/raise.cc
extern const Kernel kRaiseError;
extern const Kernel kAssertTrue;

}  // namespace firesteel::functions
