#include <gtest/gtest.h>

#include "arrow/array_export.h"
#include "arrow/ipc_reader.h"
#include "arrow/message_check.h"
#include "arrow/record_batch_writer.h"
#include "arrow/type_mapping.h"
#include "base/error.h"
#include "base/int128.h"
#include "types/type_text.h"

namespace firesteel::arrow {
namespace {

using T = DataType;

Schema SampleSchema() {
  return {{"i", T::Int(), true, ""},
          {"s", T::String(), true, R"({"comment":"x"})"},
          {"b", T::Boolean(), false, ""},
          {"l", T::Array(T::Long()), true, ""},
          {"m", T::Map(T::String(), T::Double()), true, ""},
          {"t", T::Struct({{"ts", T::Timestamp(), true, ""}, {"d", T::Decimal(10, 2), true, ""}}), true, ""},
          {"v", T::Variant(), true, ""},
          {"n", T::Null(), true, ""},
          {"ci", T::CalendarInterval(), true, ""},
          {"tm", T::Time(), true, ""},
          {"ym", T::YearMonthInterval(), true, ""},
          {"dt", T::DayTimeInterval(), true, ""}};
}

SharedBytes Joined(const EncodedBatch& batch) {
  std::string all;
  for (const auto& slice : batch.slices) all += *slice;
  return Bytes::Of(std::move(all));
}

// Rows of SampleSchema: a null in every third row.
EncodedBatch SampleBatch(int rows) {
  RecordBatchWriter writer(SampleSchema(), "Europe/Paris");
  for (int row = 0; row < rows; ++row) {
    auto& columns = writer.columns();
    if (row % 3 == 2) {
      for (ColumnBuilder& column : columns) {
        if (column.layout() == ColumnLayout::kBits) {
          column.AppendAllValid(1);
          column.AppendBoolean(true);
        } else {
          column.AppendNull();
        }
      }
      continue;
    }
    for (ColumnBuilder& column : columns) column.AppendValid(column.layout() != ColumnLayout::kNull);
    const int32_t number = row;
    columns[0].AppendFixed(&number, 1);
    columns[1].AppendBytes("row " + std::to_string(row));
    columns[2].AppendBoolean(row % 2 == 0);
    columns[3].AppendList(2);
    const int64_t longs[] = {row, -row};
    columns[3].child(0).AppendAllValid(2);
    columns[3].child(0).AppendFixed(longs, 2);
    columns[4].AppendList(1);
    ColumnBuilder& entry = columns[4].child(0);
    entry.AppendAllValid(1);
    entry.child(0).AppendAllValid(1);
    entry.child(0).AppendBytes("key");
    entry.child(1).AppendNull();
    columns[5].child(0).AppendAllValid(1);
    *columns[5].child(0).AppendFixedAs<int64_t>(1) = 1'000'000 * row;
    columns[5].child(1).AppendAllValid(1);
    *columns[5].child(1).AppendFixedAs<int128_t>(1) = 100 * row;
    for (size_t i = 0; i < 2; ++i) {
      columns[6].child(i).AppendAllValid(1);
      columns[6].child(i).AppendBytes(std::string(1, '\0'));
    }
    columns[8].AppendFixedAs<char>(1);
    *columns[9].AppendFixedAs<int64_t>(1) = 5;
    *columns[10].AppendFixedAs<int32_t>(1) = 14;
    *columns[11].AppendFixedAs<int64_t>(1) = 7;
  }
  return writer.Finish(rows);
}

TEST(RecordBatchWriter, WritesWhatTheReaderReads) {
  for (int rows : {0, 1, 2, 3, 8, 9, 63, 64, 65, 1000}) {
    const auto bytes = Joined(SampleBatch(rows));
    EXPECT_EQ(bytes->size() % 8, 0u);
    EXPECT_EQ(CountRows(bytes), rows);
    auto reader = IpcReader::Open(bytes);
    EXPECT_EQ(SchemaToDdl(reader->schema()), SchemaToDdl(SampleSchema()));
    for (int pass = 0; pass < 2; ++pass) {
      Owned<ArrowArray> batch = reader->Next();
      ASSERT_FALSE(batch.empty());
      ASSERT_EQ(batch->length, rows);
      EXPECT_EQ(batch->children[0]->null_count, rows / 3);
      const auto* numbers = static_cast<const int32_t*>(batch->children[0]->buffers[1]);
      const auto* offsets = static_cast<const int32_t*>(batch->children[1]->buffers[1]);
      const auto* text = static_cast<const char*>(batch->children[1]->buffers[2]);
      for (int row = 0; row < rows; ++row) {
        if (row % 3 == 2) continue;
        EXPECT_EQ(numbers[row], row);
        EXPECT_EQ(std::string(text + offsets[row], text + offsets[row + 1]), "row " + std::to_string(row));
      }
      EXPECT_TRUE(reader->Next().empty());
      reader->Rewind();
    }
  }
}

TEST(RecordBatchWriter, KeepsLargeBuffersAsTheyAre) {
  const Schema schema = {{"a", T::Long(), false, ""}, {"b", T::Int(), false, ""}};
  RecordBatchWriter writer(schema, "UTC");
  for (int round = 0; round < 2; ++round) {
    writer.columns()[0].AppendAllValid(10'000);
    const void* data = writer.columns()[0].AppendFixed(10'000);
    writer.columns()[1].AppendAllValid(10'000);
    writer.columns()[1].AppendFixed(10'000);
    const EncodedBatch batch = writer.Finish(10'000);
    bool found = false;
    for (const auto& slice : batch.slices) found |= slice->data() == data;
    EXPECT_TRUE(found);
    EXPECT_EQ(writer.ByteSize(), 0);
  }
}

TEST(RecordBatchWriter, RefusesUnevenColumns) {
  RecordBatchWriter writer({{"a", T::Long(), false, ""}}, "UTC");
  writer.columns()[0].AppendAllValid(2);
  writer.columns()[0].AppendFixed(1);
  EXPECT_THROW(writer.Finish(2), InternalError);
  writer.Clear();
  EXPECT_THROW(writer.Finish(1), InternalError);
  EXPECT_EQ(writer.Finish(0).rows, 0);
}

TEST(RecordBatchWriter, WritesRowsWithoutColumns) {
  RecordBatchWriter writer({}, "UTC");
  EXPECT_EQ(CountRows(Joined(writer.Finish(5))), 5);
}

TEST(ColumnBuilder, TakesValidityInAnyPieces) {
  for (int first = 0; first < 70; ++first) {
    ColumnBuilder column(T::Int());
    const uint64_t bits[] = {0xF0F0F0F0F0F0F0F0ull, 0x5555555555555555ull};
    column.AppendAllValid(first);
    column.AppendValidity(bits, 100);
    column.AppendValidity(nullptr, 3);
    column.AppendFixed(first + 103);
    Owned<ArrowArray> array = ExportColumn(column);
    EXPECT_EQ(array->null_count, 32 + 18);
    const auto* validity = static_cast<const uint8_t*>(array->buffers[0]);
    for (int i = 0; i < first + 103; ++i) {
      const int k = i - first;
      const bool valid = k < 0 || k >= 100 || ((bits[k / 64] >> (k % 64)) & 1);
      ASSERT_EQ((validity[i / 8] >> (i % 8)) & 1, valid) << first << " " << i;
    }
  }
}

TEST(IpcReader, RefusesBadBytes) {
  const auto good = Joined(SampleBatch(10));
  auto open = [](std::string bytes) {
    auto reader = IpcReader::Open(Bytes::Of(std::move(bytes)));
    while (!reader->Next().empty()) {
    }
  };
  EXPECT_THROW(open(""), QueryError);
  EXPECT_THROW(open("not arrow at all, only text"), QueryError);
  EXPECT_THROW(open(std::string("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", 8)), QueryError);
  // Every truncation is an error or a whole number of messages, never a crash.
  for (size_t size = 0; size < good->size(); size += 3) {
    try {
      open(std::string(good->view().substr(0, size)));
    } catch (const QueryError& e) {
      EXPECT_EQ(e.condition(), "CONNECT_INVALID_PLAN.ASSERTION_FAILURE");
    }
  }
}

// A few bytes must not make the server allocate or count without end.
TEST(IpcReader, RefusesRowsWithoutBytes) {
  const auto rows_of = [](int64_t rows) {
    RecordBatchWriter writer({{"n", T::Null(), true, ""}}, "UTC");
    writer.columns()[0].AppendAllNull(rows);
    return IpcReader::Open(Joined(writer.Finish(rows)));
  };
  EXPECT_EQ(rows_of(kMaxRowsWithoutBytes)->Next()->length, kMaxRowsWithoutBytes);
  EXPECT_THROW(rows_of(kMaxRowsWithoutBytes + 1)->Next(), QueryError);
}

TEST(IpcReader, RefusesTextThatIsNotUtf8) {
  RecordBatchWriter writer({{"s", T::String(), false, ""}}, "UTC");
  writer.columns()[0].AppendAllValid(2);
  writer.columns()[0].AppendBytes("\xC3");  // valid only together
  writer.columns()[0].AppendBytes("\xA9");
  auto reader = IpcReader::Open(Joined(writer.Finish(2)));
  EXPECT_THROW(reader->Next(), QueryError);
}

TEST(IpcReader, ExportsAStream) {
  Owned<ArrowArrayStream> stream = ExportStream(IpcReader::Open(Joined(SampleBatch(4))));
  Owned<ArrowSchema> schema;
  ASSERT_EQ(stream->get_schema(stream.get(), schema.get()), 0);
  EXPECT_EQ(schema->n_children, 12);
  Owned<ArrowArray> batch;
  ASSERT_EQ(stream->get_next(stream.get(), batch.get()), 0);
  EXPECT_EQ(batch->length, 4);
  batch.Reset();
  ASSERT_EQ(stream->get_next(stream.get(), batch.get()), 0);
  EXPECT_TRUE(batch.empty());
}

TEST(TypeMapping, FollowsSpark) {
  Owned<ArrowSchema> schema = SchemaToArrow(SampleSchema(), "Europe/Paris");
  EXPECT_STREQ(schema->children[0]->format, "i");
  EXPECT_STREQ(schema->children[3]->children[0]->name, "element");
  EXPECT_STREQ(schema->children[4]->format, "+m");
  EXPECT_STREQ(schema->children[4]->children[0]->name, "entries");
  EXPECT_EQ(schema->children[4]->children[0]->children[0]->flags & ARROW_FLAG_NULLABLE, 0);
  EXPECT_STREQ(schema->children[5]->children[0]->format, "tsu:Europe/Paris");
  EXPECT_STREQ(schema->children[5]->children[1]->format, "d:10,2");
  EXPECT_STREQ(schema->children[8]->format, "tin");
  EXPECT_STREQ(schema->children[9]->format, "ttn");
  EXPECT_STREQ(schema->children[10]->format, "tiM");
  EXPECT_STREQ(schema->children[11]->format, "tDu");
  EXPECT_TRUE(TypeFromArrow(*schema->children[6]).Is(TypeKind::kVariant));
}

}  // namespace
}  // namespace firesteel::arrow
