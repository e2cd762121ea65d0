#include "functions/kernels/sketch/sketch.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "functions/accumulator.h"
#include "functions/kernels/sketch/frequent_items.h"
#include "functions/kernels/sketch/kll_sketch.h"
#include "functions/kernels/sketch/theta_sketch.h"
#include "functions/kernels/sketch/tuple_sketch.h"
#include "functions/kernels/test_columns.h"

/// Expected bytes were read from Apache Spark 4.3.0.
namespace firesteel::functions {
namespace {

using testing::Column;
using testing::Result;

constexpr std::string_view kHll20Lg4 =
    "0A0107040000000A0BB66A5349CC32400000000000A420400000000000000000050000000000000004010101030103000100"
    "000202000700";
constexpr std::string_view kHll20Lg8 =
    "0301070805000009140000000000000081BC5D0600000000CEF05B1F6EC5340600000000862FF90D0000000000000000DB52"
    "2D0400000000CBD7C20400000000B05B4612AE3C881100000000C1E9170500000000D21673070000000034A2610E75816607"
    "F671F20600000000B83FF907464AB704FC2D420A7B65E6082BF2FB06C3DD5104000000007C74B907";
constexpr std::string_view kHll40Lg8 =
    "0A0107080000000ADEB9FFCC1085434000000000400E6D400000000000000000DB0000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000100000000000000000100000000000001000301010000000000"
    "0000000000000000000001000000000000000000000000000000000000030000000000000000000000000000000000000001"
    "0100000000000001000000000002010000000001000001000300000000000002000000000000010000060000000000000600"
    "0000000000000000000005000000040004000000000001000300000000000000000100010100010001000001000007000000"
    "01000000000000000001000000000000000000000000000000000000000100000000000001000000000002000000";
constexpr std::string_view kTheta100Lg4 =
    "0204033A011ACC936A918B0B0BE72C0F1057E1C72DF6C88282F9CF6D19E16F188993241A609050D48321D8AC4AD90E37B3CD"
    "C48CBE847CF84CD7D310B26B31AD78C3B4A027F8C606FBD5E208E2A84314369CDF9230678CF87F915EBA7A2652B374198CEE"
    "B08AAD29BC2F2322B464D242759FD19422FAF31A4354A9E08545494BE26BED49D1";
constexpr std::string_view kTuple40 =
    "02030901000ACC9328000000000000005CAB5440133D793D1800000000919DF55CF66FBA111A000000009AD4182833A6A12D"
    "1C0000000015F97DCBBD86A10501000000009912B1088513B73027000000001AD1300B998C2F2209000000009BA3841106DD"
    "C91B160000000023A55B381AFD741F0C0000000067D0F76013084C2E2100000000CF16B50168520E722000000000AC3FEAD8"
    "311A0A7B1D00000000B6F28E894F5F72212400000000B7621A298D094B481000000000BA40B3C1DA06695D0300000000BD32"
    "73724691CC1405000000003EBADCA36F6FB6200E0000000040DE2EE1C9DB3D080400000000C234E6E259841D3B2300000000"
    "C397FC1281709D1E020000000046E2C432AB2455351F00000000CA0361AAE7339F152600000000CB5D302DF6C43C281E0000"
    "00004FF24DE0BC0CAE1C1700000000D5B943D7862936292200000000571EC49CAF41973A0D00000000D82D23774BB9357E0A"
    "00000000DB9704F17ADB223E2500000000DC9FFCB1D447286F1200000000E0F48BEA9983C37C0700000000E1EE28E20AD8CD"
    "441300000000E2DACF9FCDEABE041500000000E30C3516C90AEE4E1B00000000643D126E8BD73B491400000000E56B61EEC8"
    "804420000000000067F8ADF578D98B3F1100000000698BB991B868570808000000006DA916BC4A66611E0F00000000F796FB"
    "D50949AA251900000000FB38798913248F010B00000000FE162113FB98BC100600000000";
constexpr std::string_view kTuple100Lg4 =
    "03030901000ACC931700000000000000CA0361AAE7339F1540DE2EE1C9DB3D080400000000614ECD35427F6F0B3200000000"
    "E2DACF9FCDEABE04150000000063319A572B2DE60731000000006F2BBCE0F96B5D116000000000E8A7BD68FE0B8604390000"
    "0000698BB991B868570808000000006AA9CADE240AED0535000000000A22DBB71C875F014900000000435B5536EEF09B0F51"
    "00000000ED0B4D6D52BA060537000000000F5D1190DC88B1035D00000000919DF55CF66FBA111A00000000B21E8B1C452548"
    "0B3C00000000F328775E8C381F13360000000015F97DCBBD86A1050100000000F7CE79D2837FC9053F000000006A918B0B0B"
    "E72C0F4600000000B26F45601710360C5C00000000FB38798913248F010B0000000083B932CCF95B7F0D6300000000BD3273"
    "724691CC140500000000FE162113FB98BC100600000000";
constexpr std::string_view kKll5 =
    "05010F00C80008000500000000000000C8000100C30000000000000000000000040000000000000004000000000000000300"
    "000000000000020000000000000001000000000000000000000000000000";

std::string Hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<uint8_t>(c) >> 4];
    text += kDigits[static_cast<uint8_t>(c) & 15];
  }
  return text;
}

KernelCall Call(const Kernel& kernel, std::vector<DataType> types, std::vector<std::optional<Value>> constants) {
  KernelCall call;
  call.kernel = &kernel;
  call.argument_types = std::move(types);
  call.constants = std::move(constants);
  call.function_name = "a_sketch";
  return call;
}

/// The sketch of 0 … n − 1 in notional partitions; `parts` of 1 is one that is not merged.
std::string SketchOfRange(const Kernel& kernel, int64_t n, int64_t parts, std::vector<DataType> parameter_types = {},
                          std::vector<std::optional<Value>> parameters = {}, bool has_summary = false) {
  std::vector<std::optional<int64_t>> values;
  std::vector<std::optional<int32_t>> summaries;
  std::vector<std::optional<int16_t>> partitions;
  for (int64_t i = 0; i < n; ++i) {
    values.emplace_back(i);
    summaries.emplace_back(static_cast<int32_t>(i));
    // Partition p begins at p · n / parts.
    int64_t part = 0;
    while ((part + 1) * n / parts <= i) ++part;
    partitions.emplace_back(parts == 1 ? -1 : static_cast<int16_t>(part));
  }
  const Column<int64_t> value(values);
  const Column<int32_t> summary(summaries);
  const Column<int16_t> partition(partitions);
  std::vector<DataType> types = {DataType::Long()};
  std::vector<VectorView> views = {value.view()};
  std::vector<std::optional<Value>> constants = {std::nullopt};
  if (has_summary) {
    types.push_back(DataType::Int());
    views.push_back(summary.view());
    constants.emplace_back(std::nullopt);
  }
  for (size_t i = 0; i < parameters.size(); ++i) {
    types.push_back(parameter_types[i]);
    constants.push_back(parameters[i]);
    views.emplace_back();
  }
  types.push_back(DataType::Short());
  constants.emplace_back(std::nullopt);
  views.push_back(partition.view());
  const KernelCall call = Call(kernel, types, constants);
  const AccumulatorContext context(call);
  const auto accumulator = kernel.accumulate(call);
  for (size_t row = 0; row < static_cast<size_t>(n); ++row) accumulator->Update(context, views, row);
  EXPECT_GT(accumulator->Bytes(), 0U);
  Result result(1);
  accumulator->Finalize(context, result, 0);
  return result.Text(0);
}

Value Int(int64_t value) { return Value{value}; }
Value Text(const char* text) { return Value{std::string(text)}; }

TEST(Sketch, HllBytesAreSparks) {
  const std::vector<DataType> types = {DataType::Int()};
  EXPECT_EQ(Hex(SketchOfRange(kHllSketchAgg, 20, 4, types, {Int(4)})), kHll20Lg4);
  EXPECT_EQ(Hex(SketchOfRange(kHllSketchAgg, 20, 4, types, {Int(8)})), kHll20Lg8);
  EXPECT_EQ(Hex(SketchOfRange(kHllSketchAgg, 40, 4, types, {Int(8)})), kHll40Lg8);
}

TEST(Sketch, ThetaBytesAreSparks) {
  const std::vector<DataType> types = {DataType::Int()};
  EXPECT_EQ(Hex(SketchOfRange(kThetaSketchAgg, 100, 4, types, {Int(4)})), kTheta100Lg4);
  EXPECT_EQ(Hex(SketchOfRange(kThetaSketchAgg, 100, 1, types, {Int(4)})), kTheta100Lg4);
}

TEST(Sketch, TupleBytesAreSparks) {
  const std::vector<DataType> types = {DataType::Int(), DataType::String()};
  EXPECT_EQ(Hex(SketchOfRange(kTupleSketchAggInteger, 40, 1, types, {Int(12), Text("sum")}, true)), kTuple40);
  EXPECT_EQ(Hex(SketchOfRange(kTupleSketchAggInteger, 100, 1, types, {Int(4), Text("sum")}, true)), kTuple100Lg4);
}

TEST(Sketch, KllBytesAreSparks) { EXPECT_EQ(Hex(SketchOfRange(kKllSketchAggBigint, 5, 1)), kKll5); }

/// Calls a function of sketch bytes: a value or a QueryError, never anything else.
void TryRead(const Kernel& kernel, std::vector<DataType> types, const std::string& bytes) {
  const KernelCall call = Call(kernel, types, {std::nullopt, std::nullopt});
  const Column<std::string> sketch({bytes});
  const Column<std::string> same({bytes});
  const std::vector<VectorView> views = {sketch.view(), same.view()};
  Result result(1);
  KernelContext context(call, result, nullptr);
  try {
    kernel.run(context, std::span(views).first(types.size()), 1, result);
  } catch (const QueryError& error) {
    EXPECT_NE(error.condition().find("SKETCH_BUFFER"), std::string::npos) << error.condition();
  }
}

/// All truncations, and every byte changed in several ways.
template <class Read>
void Damage(const std::string& bytes, Read read) {
  read(bytes);
  for (size_t size = 0; size < bytes.size(); ++size) read(bytes.substr(0, size));
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const int change : {0x01, 0x04, 0x08, 0x10, 0x7F, 0x80, 0xFF}) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ change);
      read(damaged);
    }
  }
}

TEST(Sketch, DamagedHllIsRefusedOrRead) {
  const std::vector<DataType> one = {DataType::Binary()};
  for (const int64_t rows : {3, 20, 200, 3000}) {
    const std::string bytes = SketchOfRange(kHllSketchAgg, rows, 4, {DataType::Int()}, {Int(8)});
    Damage(bytes, [&](const std::string& damaged) { TryRead(kHllSketchEstimate, one, damaged); });
  }
}

TEST(Sketch, DamagedThetaIsRefusedOrRead) {
  const std::vector<DataType> two = {DataType::Binary(), DataType::Binary()};
  for (const int64_t rows : {0, 1, 30, 100}) {
    const std::string bytes = SketchOfRange(kThetaSketchAgg, rows, 4, {DataType::Int()}, {Int(5)});
    Damage(bytes, [&](const std::string& damaged) {
      TryRead(kThetaIntersection, two, damaged);
      TryRead(kThetaDifference, two, damaged);
    });
  }
}

TEST(Sketch, DamagedTupleIsRefusedOrRead) {
  const std::vector<DataType> two = {DataType::Binary(), DataType::Binary()};
  const std::vector<DataType> types = {DataType::Int(), DataType::String()};
  for (const int64_t rows : {0, 1, 30, 100}) {
    const std::string bytes = SketchOfRange(kTupleSketchAggInteger, rows, 4, types, {Int(4), Text("max")}, true);
    Damage(bytes, [&](const std::string& damaged) { TryRead(kTupleDifferenceInteger, two, damaged); });
  }
}

TEST(Sketch, DamagedKllIsRefusedOrRead) {
  const std::vector<DataType> two = {DataType::Binary(), DataType::Binary()};
  for (const int64_t rows : {0, 1, 5, 150}) {
    const std::string bytes = SketchOfRange(kKllSketchAggBigint, rows, 1, {DataType::Int()}, {Int(8)});
    Damage(bytes, [&](const std::string& damaged) {
      TryRead(kKllMergeBigint, two, damaged);
      TryRead(kKllToStringFloat, {DataType::Binary()}, damaged);
    });
  }
}

TEST(Sketch, DamagedFrequentItemsAreRefusedOrRead) {
  for (const DataType& type : {DataType::String(), DataType::Int(), DataType::Boolean(), DataType::Decimal(30, 2)}) {
    const ItemCodec codec(type);
    FrequentItems items(4);
    for (int i = 0; i < 40; ++i) {
      const std::string item(type.Is(TypeKind::kInt) ? 4 : type.Is(TypeKind::kBoolean) ? 1 : 3, static_cast<char>(i));
      items.Update(item, codec.HashCode(item), i + 1);
    }
    Damage(items.Bytes(codec), [&](const std::string& damaged) {
      try {
        FrequentItems::Read(damaged, codec).Frequent();
      } catch (const SketchFormatError&) {
      }
    });
  }
}

/// Sketches that claim more than their bytes can hold cost nothing.
TEST(Sketch, ClaimedSizesAreNotBelieved) {
  const std::string huge_count("\x02\x03\x09\x01\x00\x0A\xCC\x93\xFF\xFF\xFF\x7F\x00\x00\x00\x00", 16);
  EXPECT_THROW(ReadTupleSketch<double>(huge_count), SketchFormatError);
  const std::string no_bits("\x01\x04\x03\x00\x04\x1A\xCC\x93\xFF\xFF\xFF\xFF", 12);
  EXPECT_THROW(ReadThetaSketch(no_bits), SketchFormatError);
  std::string many_levels("\x05\x01\x0F\x00\xFF\xFF\x08\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F\xFF\xFF\x3C\x00", 20);
  many_levels += std::string(1000, '\0');
  EXPECT_THROW(ReadKllSketch<double>(many_levels), SketchFormatError);
}

}  // namespace
}  // namespace firesteel::functions
