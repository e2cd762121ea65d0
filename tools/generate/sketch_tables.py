"""Writes the tables of the HyperLogLog++ estimate as C++ arrays.

usage: sketch_tables.py OUT.inc

The estimate corrects its bias by measured tables (Heule, Nunkesser, Hall, "HyperLogLog in practice", 2013, appendix).
They are read from the class that Spark's own jar holds, so that the answers of approx_count_distinct are Spark's: the
static initialiser stores one array of doubles after the other. Run with the client virtual environment's Python.
Arrays: kThresholds (by precision − 4), kRawEstimates and kBiases (all precisions from 4 on, one behind the other),
kOffsets (where each precision begins; one more than there are).
"""

import pathlib
import struct
import sys
import zipfile

import pyspark

ENTRY = "org/apache/spark/sql/catalyst/util/HyperLogLogPlusPlusHelper$.class"
PRECISIONS = 15
# Lengths of operands of the instructions that the initialiser may use, by opcode; none: 0.
OPERANDS = {0x10: 1, 0x11: 2, 0x12: 1, 0x13: 2, 0x14: 2, 0xB2: 2, 0xB3: 2, 0xB5: 2, 0xB6: 2, 0xB7: 2, 0xB8: 2, 0xBB: 2,
            0xBC: 1, 0xBD: 2, 0xC0: 2}
OPERANDS |= {opcode: 1 for opcode in (*range(0x15, 0x1A), *range(0x36, 0x3B))}
OPERANDS |= {opcode: 2 for opcode in (*range(0x99, 0xA8), 0xB4, 0xC1, 0xC6, 0xC7)}
NEWARRAY, DOUBLE_ARRAY, DASTORE, LDC2_W, DCONST_0, DCONST_1 = 0xBC, 7, 0x52, 0x14, 0x0E, 0x0F


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        values = struct.unpack_from(">" + form, self.data, self.at)
        self.at += struct.calcsize(">" + form)
        return values[0]

    def bytes(self, count):
        self.at += count
        return self.data[self.at - count:self.at]


def read_class():
    jars = pathlib.Path(pyspark.__file__).parent / "jars"
    for jar in sorted(jars.glob("spark-catalyst*.jar")):
        with zipfile.ZipFile(jar) as archive:
            if ENTRY in archive.namelist():
                return Reader(archive.read(ENTRY))
    raise SystemExit(f"no {ENTRY} in the jars of {jars}")


def read_constants(reader):
    """Index → double or text; other constants are skipped."""
    constants = {}
    count, index = reader.take("H"), 1
    while index < count:
        tag = reader.take("B")
        if tag == 1:
            constants[index] = reader.bytes(reader.take("H")).decode("utf-8", "replace")
        elif tag == 6:
            constants[index] = reader.take("d")
        else:
            reader.bytes({3: 4, 4: 4, 5: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4}[tag])
        index += 2 if tag in (5, 6) else 1
    return constants


def skip_attributes(reader):
    for _ in range(reader.take("H")):
        reader.take("H")
        reader.bytes(reader.take("I"))


def static_code(reader, constants):
    reader.bytes(6)
    reader.bytes(2 * reader.take("H"))
    for _ in range(reader.take("H")):  # fields
        reader.bytes(6)
        skip_attributes(reader)
    for _ in range(reader.take("H")):  # methods
        reader.take("H")
        name = constants[reader.take("H")]
        reader.take("H")
        for _ in range(reader.take("H")):
            attribute = constants[reader.take("H")]
            body = Reader(reader.bytes(reader.take("I")))
            if name == "<clinit>" and attribute == "Code":
                body.bytes(4)
                return body.bytes(body.take("I"))
    raise SystemExit("no static initialiser")


def double_arrays(code, constants):
    arrays, at, pushed = [], 0, None
    while at < len(code):
        opcode, operand = code[at], code[at + 1:at + 3]
        if opcode == NEWARRAY and operand[0] == DOUBLE_ARRAY:
            arrays.append([])
        elif opcode == LDC2_W:
            pushed = constants.get(int.from_bytes(operand, "big"))
        elif opcode in (DCONST_0, DCONST_1):
            pushed = float(opcode - DCONST_0)
        elif opcode == DASTORE:
            arrays[-1].append(pushed)
        at += 1 + OPERANDS.get(opcode, 0)
    return arrays


def array_text(name, kind, values):
    return f"constexpr {kind} {name}[] = {{{', '.join(map(repr, values))}}};\n"


def main(out):
    reader = read_class()
    reader.bytes(8)
    constants = read_constants(reader)
    arrays = double_arrays(static_code(reader, constants), constants)
    if len(arrays) != 1 + 2 * PRECISIONS or len(arrays[0]) != PRECISIONS:
        raise SystemExit(f"unexpected arrays: {[len(a) for a in arrays]}")
    raw, bias = arrays[1:1 + PRECISIONS], arrays[1 + PRECISIONS:]
    if [len(a) for a in raw] != [len(a) for a in bias]:
        raise SystemExit("estimates and biases differ in length")
    offsets = [sum(len(a) for a in raw[:i]) for i in range(PRECISIONS + 1)]
    pathlib.Path(out).write_text(
        array_text("kThresholds", "double", arrays[0]) + array_text("kOffsets", "int", offsets) +
        array_text("kRawEstimates", "double", sum(raw, [])) + array_text("kBiases", "double", sum(bias, [])))


if __name__ == "__main__":
    main(sys.argv[1])
