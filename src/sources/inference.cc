#include "sources/inference.h"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

#include "base/threads.h"
#include "functions/formats/csv/csv_inference.h"
#include "functions/formats/json/json_inference.h"
#include "sources/csv/csv_records.h"
#include "sources/json/json_record.h"

namespace firesteel::sources {
namespace {

/// Runs `work(part, thread)` for all parts on some threads; the first exception ends it.
void ForEachPart(const std::vector<FilePart>& parts, size_t threads,
                 const std::function<void(const FilePart&, size_t)>& work) {
  std::atomic<size_t> next{0};
  std::exception_ptr error;
  std::mutex mutex;
  const auto run = [&](size_t thread) {
    try {
      for (size_t i; (i = next.fetch_add(1)) < parts.size();) work(parts[i], thread);
    } catch (...) {
      std::lock_guard lock(mutex);
      if (!error) error = std::current_exception();
      next = parts.size();
    }
  };
  std::vector<std::thread> helpers;
  for (size_t i = 1; i < threads; ++i) helpers.emplace_back(run, i);
  run(0);
  for (std::thread& helper : helpers) helper.join();
  if (error) std::rethrow_exception(error);
}

size_t ThreadCount(const InferenceSettings& settings, size_t parts) {
  return std::min(static_cast<size_t>(ThreadsOrCores(settings.threads)), std::max<size_t>(parts, 1));
}

/// Bernoulli sampling of records; all of them when the ratio is 1 or more.
class Sampler {
 public:
  Sampler(double ratio, uint64_t seed) : ratio_(ratio), random_(seed) {}
  bool Take() { return ratio_ >= 1 || distribution_(random_) < ratio_; }

 private:
  const double ratio_;
  std::mt19937_64 random_;
  std::uniform_real_distribution<double> distribution_{0, 1};
};

void CheckRatio(double ratio) {
  if (ratio <= 0) ThrowUnsupported("a samplingRatio that is not greater than 0");
}

Schema InferCsv(const FileScan& scan, const InferenceSettings& settings) {
  const functions::CsvOptions options(scan.options, scan.corrupt_record_column);
  if (options.is_single_variant) ThrowUnsupported("the option singleVariantColumn of CSV files");
  CheckRatio(options.sampling_ratio);
  std::vector<std::string> names;
  std::string header;
  for (size_t i = 0; names.empty() && i < scan.files.size(); ++i) {
    if (scan.files[i].size == 0) continue;
    CsvRecords records(options, scan.files[i].path, FilePart{i}, CsvRecords::Use::kInference);
    if (!records.First()) continue;
    names = functions::CsvColumnNames(records.fields(), options, settings.case_sensitive);
    header = records.line();
  }
  std::vector<DataType> types(names.size(), DataType::String());
  if (options.infer_schema && !names.empty()) {
    const std::vector<FilePart> parts = SplitFiles(scan.files, options.encoding, !options.multi_line);
    const size_t threads = ThreadCount(settings, parts.size());
    std::vector<functions::CsvInference> learned;
    for (size_t i = 0; i < threads; ++i) {
      learned.emplace_back(options, scan.options, scan.time_zone, scan.now_micros, settings.timestamp_ntz,
                           names.size());
    }
    ForEachPart(parts, threads, [&](const FilePart& part, size_t thread) {
      if (scan.files[part.file].size == 0) return;
      CsvRecords records(options, scan.files[part.file].path, part, CsvRecords::Use::kInference);
      Sampler sampler(options.sampling_ratio, part.file + static_cast<uint64_t>(part.begin));
      if (!records.has_lines()) {
        if (options.header && !records.Next()) return;
        while (records.Next()) {
          if (sampler.Take()) learned[thread].Add(records.fields());
        }
        return;
      }
      while (records.NextLine()) {
        // Of lines Spark takes each for a header that is the same as the first, wherever it stands.
        if (options.header && records.line() == header) continue;
        records.Split();
        if (sampler.Take()) learned[thread].Add(records.fields());
      }
    });
    for (size_t i = 1; i < threads; ++i) learned[0].Merge(learned[i]);
    types = learned[0].Types();
  }
  Schema schema;
  for (size_t i = 0; i < names.size(); ++i) schema.push_back({names[i], types[i], true, ""});
  return schema;
}

Schema InferJson(const FileScan& scan, const InferenceSettings& settings) {
  const functions::JsonOptions options(scan.options, scan.corrupt_record_column);
  CheckJsonLines(options);
  CheckRatio(options.sampling_ratio);
  const std::vector<FilePart> parts = SplitFiles(scan.files, options.encoding, !options.multi_line);
  const size_t threads = ThreadCount(settings, parts.size());
  std::vector<std::unique_ptr<functions::JsonInference>> learned;
  for (size_t i = 0; i < threads; ++i) {
    learned.push_back(std::make_unique<functions::JsonInference>(options, scan.options, scan.time_zone, scan.now_micros,
                                                                 settings.timestamp_ntz));
  }
  ForEachPart(parts, threads, [&](const FilePart& part, size_t thread) {
    const std::string& path = scan.files[part.file].path;
    if (scan.files[part.file].size == 0) return;
    JsonRecordDecoder decoder(options);
    if (options.multi_line) {
      const std::string whole = ReadWhole(path);
      learned[thread]->Add(decoder.Decode(whole));
      return;
    }
    LineReader lines(path, JsonLineSeparator(options), part);
    Sampler sampler(options.sampling_ratio, part.file + static_cast<uint64_t>(part.begin));
    std::string_view line;
    while (lines.Next(line)) {
      if (sampler.Take()) learned[thread]->Add(decoder.Decode(line));
    }
  });
  for (size_t i = 1; i < threads; ++i) learned[0]->Merge(*learned[i]);
  return learned[0]->Result();
}

/// Answers by what they depend on.
class Memory {
 public:
  std::optional<Schema> Find(const std::string& key) {
    std::lock_guard lock(mutex_);
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
      if (it->first != key) continue;
      entries_.splice(entries_.begin(), entries_, it);
      return it->second;
    }
    return std::nullopt;
  }
  void Add(std::string key, Schema schema) {
    std::lock_guard lock(mutex_);
    entries_.emplace_front(std::move(key), std::move(schema));
    if (entries_.size() > 64) entries_.pop_back();
  }

 private:
  std::mutex mutex_;
  std::list<std::pair<std::string, Schema>> entries_;
};

/// Empty when the files are too many to be worth it.
std::string KeyOf(const FileScan& scan, const InferenceSettings& settings) {
  if (scan.files.size() > 1000) return "";
  std::string key = scan.format + '\0' + scan.time_zone + '\0' + scan.corrupt_record_column + '\0';
  key += settings.timestamp_ntz ? 'n' : 'z';
  key += settings.case_sensitive ? 's' : 'i';
  for (const auto& [name, value] : scan.options.all()) key += name + '=' + value + '\0';
  for (const ScannedFile& file : scan.files) {
    struct stat info {};
    if (::stat(file.path.c_str(), &info) != 0) return "";
    key += file.path + '\0' + std::to_string(info.st_size) + ' ' + std::to_string(info.st_mtim.tv_sec) + '.' +
           std::to_string(info.st_mtim.tv_nsec) + ' ' + std::to_string(info.st_ino) + '\0';
  }
  return key;
}

}  // namespace

Schema InferSchema(const FileScan& scan, const InferenceSettings& settings) {
  if (scan.format == "text") return {{"value", DataType::String(), true, ""}};
  static Memory memory;
  const std::string key = KeyOf(scan, settings);
  if (!key.empty()) {
    if (std::optional<Schema> known = memory.Find(key)) return *known;
  }
  Schema schema = scan.format == "csv" ? InferCsv(scan, settings) : InferJson(scan, settings);
  if (!key.empty()) memory.Add(key, schema);
  return schema;
}

}  // namespace firesteel::sources
