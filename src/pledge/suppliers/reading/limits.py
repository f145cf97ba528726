"""How large a supplier file may be. Over a limit is a named refusal (see ``refusals``)."""

FILE_BYTES = 25 * 1024 * 1024
ROWS = 200_000  # of one file, over all the sheets that are read
COLUMNS = 200
SHEETS = 64
CELL_CHARACTERS = 32_767  # what Excel itself allows
BLANK_ROWS = 1_000  # after so many empty rows a sheet is over

# The process that reads a file: memory and processor time, and how long the parent waits for it in all.
CHILD_MEMORY_BYTES = 1024 * 1024 * 1024
CHILD_CPU_SECONDS = 20
CHILD_WAIT_SECONDS = 30.0

# Inside a zip (xlsx, xlsm, xlsb, ods). Honest sheets were measured at up to 40 : 1, bombs at 244 : 1 and more.
ZIP_ENTRIES = 2_000
ZIP_DIRECTORY_BYTES = 1024 * 1024
ZIP_UNPACKED_BYTES = 400 * 1024 * 1024
ZIP_RATIO = 100
ZIP_RATIO_FROM_BYTES = 1024 * 1024

# The process that writes the annotated workbook: the same memory, and how large that may become.
ANNOTATING_CPU_SECONDS = 90
ANNOTATING_WAIT_SECONDS = 180.0
ANNOTATED_BYTES = 512 * 1024 * 1024
