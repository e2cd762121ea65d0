#pragma once

namespace firesteel {

/// Gives back the pages of this program's and its libraries' files. A start reads most of them (relocations, symbol
/// tables, the engine's registration of its functions) and a kernel that maps files in large pieces maps yet more;
/// a query needs a small part, which comes back from the page cache. Only read-only mappings of files are touched, so
/// other threads may run meanwhile.
void ReleaseFilePages();

}  // namespace firesteel
