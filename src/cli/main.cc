#include "cli/command_line.h"

int main(int argc, char** argv) { return firesteel::cli::Run(argc, argv, FIRESTEEL_VERSION); }
