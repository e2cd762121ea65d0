"""What texts and numbers mean to some functions: without these, random arguments would only ever be refused (or would ask
for gigabytes). The first entry whose pattern matches `function:position` counts; a function that is not named here gets
values of its parameters' types and the arguments of its documented examples.
"""
import fnmatch

from values import DATES, EDGE_DATES, EDGE_TIMESTAMPS, TIMESTAMPS, quoted


def _texts(*texts):
    return [quoted(text) for text in texts]


def _numbers(*numbers):
    return [str(number) for number in numbers]


PATTERNS = _texts("yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "MM/dd/yy", "yyyy", "D", "E", "EEEE", "MMM", "MMMM d, yyyy", "a", "hh:mm a",
                  "SSS", "HH:mm:ss.SSSSSS", "VV", "z", "O", "X", "XXX", "xx", "Z", "Q", "QQQ", "yyyy''T''HH", "yy", "YYYY", "F", "G",
                  "LLL", "y-M-d", "foo", "", "[yyyy]", "yyyyMMdd", "uuuu", "k", "K", "n", "ddd", "yyyyyyy")
UNITS = _texts("YEAR", "year", "QUARTER", "MONTH", "mon", "mm", "WEEK", "DAY", "dd", "HOUR", "MINUTE", "SECOND", "MILLISECOND",
               "MICROSECOND", "yyyy", "yy", "foo", "", "NANOSECOND")
FIELDS = _texts("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DAYOFWEEK", "DOW", "DOW_ISO", "DOY", "HOUR", "MINUTE", "SECOND", "YEAROFWEEK",
                "seconds", "years", "foo", "")
ZONES = _texts("America/Los_Angeles", "UTC", "+01:00", "Asia/Seoul", "GMT+1", "Z", "+25:00", "EST", "PST", "Europe/Berlin", "foo", "",
               "UTC+3", "-18:00", "Asia/Kathmandu", "+1:0", "GMT")
URLS = _texts("http://spark.apache.org/path?query=1&a=b#frag", "https://user:pw@host.com:8080/a/b%20c?k=v&k2=", "foo", "", "http://",
              "mailto:a@b.c", "http://[::1]:80/x", "http://ex ample.com/a", "https://例え.jp/?q=日本", "ftp://h/p;x?y#z#w", "//h/p",
              "inva lid://user:pass@host/file;param?query;p2", "http://h?k", "http://h/?a=1&a=2&&b", "HTTP://H.com", "http://h/%zz?x=%41")
URL_PARTS = _texts("HOST", "PATH", "QUERY", "REF", "PROTOCOL", "FILE", "AUTHORITY", "USERINFO", "host", "", "foo")
ENCODED = _texts("a%20b", "a+b", "%", "%E4%BD%A0", "%zz", "", "https%3A%2F%2Fspark.apache.org", "%FF", "100%25", "a%2", "é")
JSONS = _texts('{"a":1,"b":"x"}', '{"a":{"b":[1,2,{"c":null}]}}', "[1,2,3]", '[{"a":1},{"a":2.5}]', "{}", "[]", "", "null", "1", '"s"', "{",
               '{"a":1', '{"a":"é😀"}', '{"a":1,"a":2}', '{"a" : true , "b":[ ] }', '{"a":1e400}', '{"time":"26/08/2015"}', "{'a':1}",
               '{"a.b":1}', '{"a":"\\\\u0041\\\\n"}', "[[1],[2,3]]", '{"a":-0.0,"b":12345678901234567890}', '{"a":[null,{"b":1},3]}', " {} x")
PATHS = _texts("$.a", "$.a.b", "$.a[0]", "$[0]", "$[*].a", "$", "$..a", "$.a.*", "a", "", "$['a']", "$[1].a", "$.a.b[2].c", "$.x",
               "$.a[*].b", "$['a.b']", "$.*", "$[-1]", "$.A", "$.a[*]")
SCHEMAS = _texts("a INT, b STRING", "a INT", "struct<a:int,b:string>", "array<int>", "map<string,int>", "a DOUBLE, b ARRAY<INT>",
                 "a STRUCT<b: ARRAY<INT>>", "a DATE", "a TIMESTAMP", "int", "foo", "", "a DECIMAL(10,2)", "time TIMESTAMP", "a BOOLEAN",
                 "a BIGINT, _corrupt_record STRING", "array<struct<a:double>>", "a STRING NOT NULL")
CSV_SCHEMAS = _texts("a INT, b STRING", "a INT", "a DOUBLE, b DATE", "a TIMESTAMP", "a STRING, b STRING, c STRING", "a BOOLEAN", "foo",
                     "a DECIMAL(5,2)", "a INT, _corrupt_record STRING", "a ARRAY<INT>", "a BINARY", "a LONG, b FLOAT")
OPTIONS = ["map('mode', 'FAILFAST')", "map('mode', 'PERMISSIVE')", "map('timestampFormat', 'dd/MM/yyyy')", "map('sep', ';')",
           "map('allowSingleQuotes', 'false')", "map()", "map('dateFormat', 'MM/dd/yyyy')", "map('ignoreNullFields', 'false')",
           "map('mode', 'DROPMALFORMED')", "map('a', 1)", "map('pretty', 'true')", "map('quote', '|')", "map('nullValue', 'x')"]
CSVS = _texts("1,abc", "1", "", ",", "1,2,3,4", "a,b", '"1","x,y"', "0.8,2020-01-01", "1;2", "true", '"', '1,"a""b"', " 1 , x ", "é,😀",
              "26/08/2015", "12.345", "2020-01-01 00:00:00", "NaN,Infinity", "9223372036854775808")
REGEXES = _texts("a", "(\\\\d+)", "[a-z]+", "^a.*c$", "", "(a)(b)?", "\\\\s", "x*", ".", "(?i)SPARK", "[", "(", "*", "\\\\p{L}+", "(a|b)",
                 "\\\\bS", "a{2}", "(?<n>b)", "é", "😀", "$", "([a-z])([0-9])", "[^,]+", ",", "(?=b)", "\\\\Q.\\\\E", "e")
REPLACEMENTS = _texts("x", "", "$1", "[$0]", "\\\\$", "$2", "$9", "${n}", "é😀", "\\\\", "num")
LIKES = _texts("a%", "%", "_", "%b%", "", "a\\\\%", "S_ark%", "%\\\\_%", "abc", "\\\\", "héllo", "_😀%", "A%", "a/%", "%x")
CHARSETS = _texts("UTF-8", "utf-8", "US-ASCII", "ISO-8859-1", "UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32", "foo", "", "latin1", "windows-1252")
NUMBER_FORMATS = _texts("999", "$99.99", "000", "9,999.99", "S999", "999MI", "999PR", "0.00", "99G999D99", "", "foo", "$", "L99", "999999999999.99",
                        "9", "99.9", "S$9,990.00", "MI9", "9S", ",9", "9.")
NUMBER_TEXTS = _texts("454", "$78.12", "-12", "1,234.50", "<12>", "12-", "+5", "", "abc", "0.5", "12.34", "000", "999", ".5", " 7", "123,4")
PRINTFS = _texts("%s", "%d", "%5d|", "%-5s|", "%05.2f", "%x", "%s %s", "%%", "%2$s %1$s", "%c", "%e", "%g", "%b", "%n", "%", "%q", "%,d",
                 "%+d", "%o", "%X", "%.3s", "%10.4f", "%(d", "plain", "", "%h", "%S", "%a", "%tY", "%#x", "% d", "%i", "%-5d|", "%s%s%s")
KEYS = _texts("0000111122223333", "abcdefghijklmnop12345678", "abcdefghijklmnop12345678ABCDEFGH", "short", "")
MODES = _texts("ECB", "CBC", "GCM", "gcm", "CTR", "", "foo")
PADDINGS = _texts("PKCS", "NONE", "DEFAULT", "pkcs", "foo", "")
VECTORS = _texts("", "0000000000000000", "000000000000", "x") + ["unhex('00000000000000000000000000000000')", "unhex('000000000000000000000000')"]
CIPHERS = ["unbase64('6E7CA17BBB468D3084B5744BCA729FB7B2B7BCB8E4472847D02670489D95FA97DBBA7D3210')", "X'00'", "''",
           "unhex('83F16B2AA704794132802D248E6BFD4E380078182D1544813898AC97E709B28A94')", "unbase64('3lmwu+Mw0H3fi5NDvcu9lg==')"] + \
          [f"aes_encrypt('Spark', {key}, {mode})" for key in KEYS[:3] for mode in MODES[:3]]
BASE64S = _texts("U3BhcmsgU1FM", "U3Bhcms=", "U3Bhcms", "", "====", "a", "U3 Bh\\ncms=", "é", "U3BhcmsgU1FM====", "ab==", "a-_b")
BASE32S = _texts("KNYGC4TLEBJVCTA=", "", "MFRGG===", "mfrgg", "1", "MFRGG", "é", "MF======", "M")
HEXES = _texts("537061726B", "", "F", "abc", "XYZ", "0xFF", "é", "12 34", "FFFFFFFFFFFFFFFFFF")
DATE_TEXTS = _texts(*DATES, *EDGE_DATES, "2020-1-2", "2020", "2020-02-30", "2020-13-01", "20200101", " 2020-01-01 ", "2020-01-01T00:00:00",
                    "foo", "", "+12020-01-01", "-0001-01-01", "2020-01-01 12:34:56", "01/02/20", "12", "2020-06", "Mar 3, 2020", "10:11 AM")
TIMESTAMP_TEXTS = _texts(*TIMESTAMPS, *EDGE_TIMESTAMPS, "2020-01-01T10:11:12Z", "2020-01-01 10:11:12+05:30", "2020-01-01 10:11:12 Europe/Berlin",
                         "2020-01-01", "2020-1-1 1:2:3", "2020-01-01 25:00:00", "foo", "", "T12:00", "2020-01-01 10", "20200101", "12")
TIME_TEXTS = _texts("12:34:56", "00:00", "23:59:59.999999", "24:00:00", "1:2:3", "foo", "", "12:34 PM", "12.34.56", "1200", "12:34:56.1234567")
DAYS = _texts("MO", "Monday", "tu", "Sun", "FR", "foo", "", "THU", "sa")
DURATIONS = _texts("10 minutes", "1 hour", "5 minutes", "1 day", "2 days", "0 seconds", "-1 minute", "foo", "1 month", "1 week", "20 minutes")
SMALL = _numbers(0, 1, 2, 3, 5, 7, 10, -1, -3, 30)
PLACES = _numbers(0, 1, 2, 3, -1, -2, -3, 4, 5, 100, -100)
SCALES = _numbers(0, 1, 2, 3, -1, -2, 5, 10, 38, -38, 20, 400, -400)
BASES = _numbers(2, 8, 10, 16, 36, -10, 37, 1, 0, -16)
FRACTIONS = ["0.5", "0.25", "0.0", "1.0", "0.1", "0.99", "1.5", "-0.1", "array(0.25, 0.5)", "0", "1", "0.333D"]
SEEDS = _numbers(0, 1, 5, 42, -1, 123456789012)
STEPS = ["1", "2", "3", "-1", "-2"]
BUCKETS = ["INTERVAL '1' DAY", "INTERVAL '15' MINUTE", "INTERVAL '1' MONTH", "INTERVAL '1' YEAR", "INTERVAL '0' DAY", "INTERVAL '-1' DAY",
           "INTERVAL '1 12' DAY TO HOUR", "INTERVAL '7' DAY"]
MAP_TEXTS = _texts("a:1,b:2,c:3", "a", "", "a:1,a:2", "a=1;b=2", ":", ",", "a:1:2,b", "k1:v1,k2")
BIT_NUMBERS = _numbers(0, 1, 2, 7, 31, 63, 8, 64, -1, 32)
NAMED = [quoted(name) for name in ("a", "b", "c")]

# (functions and position, values, how often they are taken instead of any value of the type)
DOMAINS = [
    ("date_format:1", PATTERNS, 0.9), ("from_unixtime:1", PATTERNS, 0.9), ("*unix_timestamp:1", PATTERNS, 0.9),
    ("*to_date:1", PATTERNS, 0.9), ("*to_timestamp*:1", PATTERNS, 0.9), ("*to_time:1", PATTERNS, 0.9),
    ("*to_date:0", DATE_TEXTS, 0.6), ("*unix_timestamp:0", TIMESTAMP_TEXTS + DATE_TEXTS, 0.5), ("*to_timestamp*:0", TIMESTAMP_TEXTS, 0.6),
    ("*to_time:0", TIME_TEXTS, 0.9), ("date:0", DATE_TEXTS, 0.4), ("timestamp:0", TIMESTAMP_TEXTS, 0.4),
    ("trunc:1", UNITS, 0.95), ("date_trunc:0", UNITS, 0.95), ("time_trunc:0", UNITS, 0.95), ("time_diff:0", UNITS, 0.95),
    ("timestampadd:0", ["YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND", "foo"], 1),
    ("timestampdiff:0", ["YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND", "foo"], 1),
    ("date*part:0", FIELDS, 0.95), ("extract:0", FIELDS, 0.95), ("next_day:1", DAYS, 0.95),
    ("*_utc_timestamp:1", ZONES, 0.95), ("convert_timezone:[01]", ZONES, 0.9), ("*make_timestamp*:6", ZONES, 0.9),
    ("*make_*:5", ["0", "1.5", "59.999999", "60", "60.5", "-1", "30"], 0.7), ("*make_time:2", ["0", "1.5", "59.999999", "60", "-1"], 0.7),
    ("*make_timestamp*:[1234]", _numbers(1, 2, 3, 11, 12, 0, 13, 28), 0.8), ("*make_timestamp*:0", _numbers(2020, 1, 9999, 1970, 0, -1, 10000), 0.8),
    ("make_date:0", _numbers(2020, 2021, 1, 9999, 0, -1, 10000, 2024), 0.8), ("make_date:1", _numbers(1, 2, 12, 0, 13), 0.8),
    ("make_date:2", _numbers(1, 28, 29, 30, 31, 0, 32), 0.8), ("make_time:[01]", _numbers(0, 1, 12, 23, 24, 59, 60, -1), 0.8),
    ("window:[123]", DURATIONS, 1), ("window:0", [f"TIMESTAMP'{t}'" for t in TIMESTAMPS + EDGE_TIMESTAMPS], 0.9),
    ("time_bucket:0", BUCKETS, 0.95), ("*parse_url:0", URLS, 0.9), ("*parse_url:1", URL_PARTS, 0.9), ("*parse_url:2", _texts("query", "k", "a", "", "b"), 0.9),
    ("*url_decode:0", ENCODED, 0.8), ("url_encode:0", URLS, 0.5),
    ("get_json_object:1", PATHS, 0.95), ("json_tuple:0", JSONS, 0.95), ("json_tuple:*", NAMED + ["'a.b'", "''"], 0.9),
    ("*json*object*:0", JSONS, 0.95), ("json_array_length:0", JSONS, 0.95), ("schema_of_json:0", JSONS, 0.9), ("from_json:0", JSONS, 0.9),
    ("from_json:1", SCHEMAS, 0.95), ("from_csv:0", CSVS, 0.9), ("from_csv:1", CSV_SCHEMAS, 0.95), ("schema_of_csv:0", CSVS, 0.9),
    ("from_*:2", OPTIONS, 0.95), ("to_json:1", OPTIONS, 0.9), ("to_csv:1", OPTIONS, 0.9), ("schema_of_*:1", OPTIONS, 0.9),
    ("regexp_replace:2", REPLACEMENTS, 0.9), ("regexp_*:1", REGEXES, 0.95), ("regexp:1", REGEXES, 0.95), ("rlike:1", REGEXES, 0.95), ("split:1", REGEXES, 0.95),
    ("regexp_*:[23]", SMALL, 0.9), ("split:2", SMALL, 0.9), ("*like:1", LIKES, 0.95), ("*like:2", _texts("/", "\\\\", "", "ab", "%"), 0.9),
    ("encode:1", CHARSETS, 0.95), ("decode:1", CHARSETS, 0.9),
    ("to_char:1", NUMBER_FORMATS, 0.9), ("to_varchar:1", NUMBER_FORMATS, 0.9), ("*to_number:1", NUMBER_FORMATS, 0.95), ("*to_number:0", NUMBER_TEXTS, 0.9),
    ("*to_binary:1", _texts("utf-8", "UTF8", "hex", "base64", "HEX", "foo", ""), 0.9), ("*to_binary:0", HEXES + BASE64S, 0.8),
    ("format_number:1", PLACES + _texts("##################.###", "#,###.0", "", "0.00", "abc", "#.#E0"), 1), ("format_string:0", PRINTFS, 0.95), ("printf:0", PRINTFS, 0.95),
    ("*aes_encrypt:1", KEYS, 0.9), ("*aes_*:2", MODES, 0.95), ("*aes_*:3", PADDINGS, 0.95), ("aes_encrypt:4", VECTORS, 0.9),
    ("*aes_decrypt:0", CIPHERS, 0.9), ("*aes_decrypt:1", KEYS, 0.9), ("unbase64:0", BASE64S, 0.8), ("from_base32:0", BASE32S, 0.8), ("unhex:0", HEXES, 0.8),
    ("sha2:1", _numbers(0, 224, 256, 384, 512, 1, -1, 257), 0.95), ("hmac:2", _texts("SHA-256", "SHA-1", "MD5", "sha256", "foo", "SHA-512", "SHA-224"), 0.9),
    ("repeat:1", SMALL, 1), ("space:0", SMALL, 1), ("[lr]pad:1", SMALL, 1), ("array_repeat:1", SMALL, 1), ("array_insert:1", SMALL, 0.95),
    ("substr*:[12]", SMALL, 0.8), ("left:1", SMALL, 0.9), ("right:1", SMALL, 0.9), ("overlay:[23]", SMALL, 0.9), ("split_part:2", SMALL, 0.9),
    ("split_part:1", _texts(",", "", " ", "b", "l", "."), 0.9), ("substring_index:1", _texts(",", "", " ", "b", "l", "."), 0.9),
    ("substring_index:2", SMALL, 0.9), ("instr:[23]", SMALL, 0.9), ("elt:0", SMALL, 0.9), ("find_in_set:1", _texts("abc,b,ab,c,def", "", ",", "a,,b"), 0.9),
    ("slice:[12]", SMALL, 0.95), ("get:1", SMALL, 0.9), ("*element_at:1", SMALL + NAMED, 0.5), ("str_to_map:0", MAP_TEXTS, 0.9), ("str_to_map:[12]", _texts(",", ":", "=", ";", "", "[,:]"), 0.95),
    ("round:1", SCALES, 0.95), ("bround:1", SCALES, 0.95), ("ceil*:1", SCALES, 0.9), ("floor:1", SCALES, 0.9), ("conv:[12]", BASES, 0.9),
    ("conv:0", _texts("100", "-10", "FF", "zz", "", "18446744073709551616", " 12", "1a", "-F", "é", "0"), 0.9), ("factorial:0", _numbers(0, 5, 20, 21, -1, 10), 0.9),
    ("chr:0", _numbers(65, 0, 255, 256, -1, 300, 97), 0.9), ("char:0", _numbers(65, 0, 255, 256, -1, 300, 97), 0.9),
    ("width_bucket:3", _numbers(1, 5, 10, 0, -1, 100), 0.9), ("shift*:1", BIT_NUMBERS, 0.95), ("<<:1", BIT_NUMBERS, 0.95), (">>*:1", BIT_NUMBERS, 0.95),
    ("*bit*get*:1", BIT_NUMBERS, 0.95), ("getbit:1", BIT_NUMBERS, 0.95),
    ("mask:[1234]", _texts("X", "x", "n", "*", "", "ab") + ["NULL"], 0.95), ("luhn_check:0", _texts("79927398713", "0", "", "8112189876", "12a", "４"), 0.9),
    ("collate:1", _texts("UTF8_BINARY", "UTF8_LCASE", "UNICODE", "foo"), 0.9), ("sentences:[12]", _texts("en", "US", "", "de"), 0.95),
    ("sentences:0", _texts("Hi there! Good morning.", "", "A b? C.", "Dr. Who, 3.5 is. é"), 0.8), ("levenshtein:2", SMALL, 0.95),
    ("rand*:1", SEEDS, 1), ("rand:0", SEEDS, 0.9), ("randn:0", SEEDS, 0.9), ("random:0", SEEDS, 0.9), ("uniform:2", SEEDS, 0.95), ("uniform:[01]", ["0", "10", "1.5", "5", "-3", "100L", "0.25D", "2.50"], 0.95), ("shuffle:1", SEEDS, 0.9),
    ("randstr:0", SMALL, 1), ("stack:0", _numbers(1, 2, 3, 0, -1), 1), ("ntile:0", _numbers(1, 2, 3, 4, 100, 0, -1), 0.95), ("la[gs]*:1", SMALL, 0.7), ("lead:1", SMALL, 0.9), ("nth_value:1", _numbers(1, 2, 3, 9, 0, -1), 0.95),
    ("percentile*:1", FRACTIONS, 0.95), ("approx_percentile:1", FRACTIONS, 0.95), ("percentile:2", _numbers(1, 2, 0, -1), 0.95), ("*percentile*:2", _numbers(100, 10000, 1, 0, -1), 1),
    ("approx_count_distinct:1", ["0.05", "0.01", "0.3", "0.5"], 1), ("histogram_numeric:1", _numbers(2, 5, 10, 1, 0), 1), ("max_by:2", _numbers(1, 2, 3, 0), 0.95), ("min_by:2", _numbers(1, 2, 3, 0), 0.95),
    ("bitmap_construct_agg:0", _numbers(0, 1, 5, 32767, 7), 0.9), ("listagg:1", _texts(",", "", "; ", "é"), 0.9), ("string_agg:1", _texts(",", "", "; "), 0.9),
    ("timestamp_*:0", _numbers(0, 1230219000, 1230219000123, -1, 1230219000123123) + ["1.5D", "1.5"], 0.6), ("from_unixtime:0", _numbers(0, 1, -1, 1600000000, 253402300800, -62135596800), 0.9),
    ("*make_dt_interval:*", SMALL, 0.8), ("*make_interval:*", SMALL, 0.8), ("make_ym_interval:*", SMALL, 0.8), ("add_months:1", SMALL, 0.8), ("date_add:1", SMALL, 0.7), ("date_sub:1", SMALL, 0.7),
    ("timestampadd:1", SMALL, 0.9), ("time_from*:0", _numbers(0, 1, 86399, 86400, 1000, -1) + ["1.5", "0.000001"], 0.8), ("current_time:0", _numbers(0, 3, 6, 7, -1), 1), ("localtime:0", _numbers(0, 3, 6, 7), 1),
    ("quote:0", _texts("a'b", "", "\\\\", "don''t"), 0.6), ("soundex:0", _texts("Miller", "", "1a", "é", "Ashcraft", "Tymczak"), 0.7), ("named_struct:[024]", NAMED, 0.9), ("*utf8:0", ["X'80'", "'abc'", "X'E2828C'", "CAST(X'F09F98' AS STRING)", "'é😀'", "CAST(X'61FF62' AS STRING)"], 0.8),
    ("vector*:*", ["array(1.0F, 2.0F)", "array(CAST(0 AS FLOAT))", "array(3.0F, 4.0F)", "CAST(array() AS ARRAY<FLOAT>)", "array(1.0F, NULL)", "2.0F", "array(float('NaN'), 1.0F)"], 0.8),
    ("boolean:0", _texts("true", "T", "yes", "0", "foo", " false "), 0.4), ("raise_error:0", _texts("boom", ""), 0.9),
    ("trim:1", _texts("a", "abc", "", " "), 0.6), ("translate:[12]", _texts("abc", "x", "", "é1"), 0.8), ("assert_true:1", _texts("no"), 0.8),
]
# A series' length is decided by three arguments at once.
SEQUENCES = [
    ("0", "5"), ("5", "1"), ("1", "1"), ("-2Y", "3Y"), ("1", "10", "3"), ("10", "1", "-4"), ("1", "5", "0"), ("1", "5", "-1"), ("1L", "4"), ("1.5", "3"),
    ("DATE'2020-01-31'", "DATE'2020-05-31'", "INTERVAL '1' MONTH"), ("DATE'2020-01-01'", "DATE'2020-01-05'"),
    ("DATE'2020-01-05'", "DATE'2020-01-01'"), ("TIMESTAMP'2024-03-09 00:00:00'", "TIMESTAMP'2024-03-12 00:00:00'", "INTERVAL '1' DAY"),
    ("TIMESTAMP'2024-03-10 00:00:00'", "TIMESTAMP'2024-03-10 05:00:00'", "INTERVAL '1' HOUR"),
    ("TIMESTAMP_NTZ'2020-01-01 00:00:00'", "TIMESTAMP_NTZ'2020-01-02 00:00:00'", "INTERVAL '6' HOUR"), ("'a'", "'b'"),
    ("DATE'2020-01-01'", "TIMESTAMP'2020-01-03 00:00:00'"), ("DATE'2020-03-01'", "DATE'2019-11-01'", "INTERVAL '-1' MONTH"),
    ("DATE'2020-01-01'", "DATE'2020-01-02'", "INTERVAL '1' HOUR"), ("NULL", "3"), ("1", "NULL"), ("1", "3", "NULL"), ("true", "false"),
    ("DATE'2020-01-01'", "DATE'2021-01-01'", "make_interval(0, 3)"), ("1", "9223372036854775807L", "4611686018427387904L"),
    ("DATE'2020-01-01'", "DATE'2020-01-01'", "INTERVAL '0' DAY"), ("CAST(1 AS DECIMAL(10,2))", "2"),
]


def domain_of(function, position):
    """(values, how often) for an argument, or ([], 0)."""
    place = f"{function}:{position}"
    for pattern, values, often in DOMAINS:
        if fnmatch.fnmatchcase(place, pattern):
            return values, often
    return [], 0.0

