#include "udf/program.h"

namespace firesteel::udf {

const std::vector<std::pair<std::string, std::string>>& PythonModules() {
  static const std::vector<std::pair<std::string, std::string>> kModules = {
#include "udf/python_modules.inc"
  };
  return kModules;
}

// Modules are made known by name before the last one runs, so that they import each other whatever their order. They
// count as files of PySpark's, which leaves those out of the tracebacks that users see. The current folder, which -c
// puts on the path, is not the server's to offer.
std::string BootstrapProgram(int control, int program) {
  return R"(import json, os, sys
sys.path = [each for each in sys.path if each]
with os.fdopen()" +
         std::to_string(program) + R"(, 'rb') as source:
    given = json.load(source)
import importlib.abc, importlib.util
spark = importlib.util.find_spec('pyspark')
folder = os.path.dirname(spark.origin) if spark else ''
class Given(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self) if name in given['modules'] else None
    def exec_module(self, module):
        name = module.__name__
        exec(compile(given['modules'][name], os.path.join(folder, name + '.py'), 'exec'), module.__dict__)
sys.meta_path.insert(0, Given())
import firesteel_zygote
firesteel_zygote.main()" +
         std::to_string(control) + ", given['settings'])\n";
}

}  // namespace firesteel::udf
