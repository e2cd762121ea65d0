#pragma once

/// The Firesteel client library: Spark Connect from C++20.
///
///     #include <firesteel/client.h>
///     using namespace firesteel::client;
///     using namespace firesteel::client::functions;
///
///     Result<Session> session = Session::builder().remote("sc://localhost:15002").connect();
///     if (!session) return fail(session.error().message);
///     DataFrame evens = session->range(1000).filter(col("id") % 2 == 0);
///     Result<int64_t> count = evens.count();
///
/// Errors are values (error.h); nothing throws. Everything is a cheap handle and thread-safe unless its comment says
/// otherwise.
#include "firesteel/catalog.h"
#include "firesteel/column.h"
#include "firesteel/dataframe.h"
#include "firesteel/dataframe_functions.h"
#include "firesteel/error.h"
#include "firesteel/functions.h"
#include "firesteel/grouped_data.h"
#include "firesteel/observation.h"
#include "firesteel/profile.h"
#include "firesteel/reader.h"
#include "firesteel/result.h"
#include "firesteel/row.h"
#include "firesteel/session.h"
#include "firesteel/storage_level.h"
#include "firesteel/table_argument.h"
#include "firesteel/table_valued_functions.h"
#include "firesteel/types.h"
#include "firesteel/udf.h"
#include "firesteel/value.h"
#include "firesteel/window.h"
#include "firesteel/writer.h"
