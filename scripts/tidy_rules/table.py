"""The rules as data: rooms and their edges, deterministic rooms, fences, limits.

To add a room, draw its edges here (and in ARCHITECTURE.md). To fence a library, add a row with its reason.
Paths are patterns of fnmatch, relative to the repository; `*` also crosses folders.
"""

from dataclasses import dataclass

# ---------------------------------------------------------------------------------------------------------------------
# Rooms. A room may include the rooms drawn here and whatever those may include. `venue/*` stands for every adapter;
# adapters have no edge to each other. A target with a file, such as `engine/view`, opens that file alone.
EDGES = {
    "base": (),
    "calendar": ("base",),
    "model": ("base",),
    "portfolio": ("model",),
    "execution": ("model",),
    "risk": ("execution", "portfolio"),
    "strategy": ("execution", "portfolio"),
    "engine": ("strategy", "risk"),
    "data": ("model",),
    "journal": ("model",),
    "net": ("base",),
    "venue": ("model", "net"),
    # Not the port, which the house would let it see: over the port it would see sockets.
    "venue/sim": ("model",),
    "venue/*": ("venue", "net", "model"),
    "venue/paper": ("venue", "venue/sim", "journal", "model"),
    "simulation": ("engine", "data", "venue/sim"),
    "research": ("simulation", "calendar"),
    "session": ("engine", "journal", "venue", "data", "simulation", "calendar"),
    "storage": ("session",),
    "faults": ("session", "simulation", "venue/paper"),
    "screen": ("session",),
    "vault": ("base",),
    "emulator": ("net", "venue/sim", "model", "data"),
    "api": ("model", "engine/view"),
    "apps": ("research", "session", "storage", "faults", "screen", "journal", "emulator", "api", "venue/*", "venue", "vault"),
}

# Headers that the build writes; they belong to no room.
GENERATED_HEADERS = ("kontor_version.hpp", "version.hpp", "build_info.hpp")

# ---------------------------------------------------------------------------------------------------------------------
# Rooms in which the same input must give the same output, and the files in them that are exempt.
DETERMINISTIC_ROOMS = ("base", "model", "engine", "strategy", "risk", "portfolio", "execution", "venue/sim",
                       "simulation")
DETERMINISM_EXEMPT = ("src/base/log*", "src/base/ring_queue*")

# Rooms whose numbers are integers; `// analytics` on the line lets a double in.
EXACT_ROOMS = ("model", "risk", "portfolio", "execution")


@dataclass(frozen=True)
class Banned:
    """A pattern that deterministic code must not contain."""

    rule: str
    pattern: str
    instead: str


BANNED_TOKENS = (
    Banned(
        "clock",
        r"\bstd::chrono::\w+_clock\b|\b(?:system|steady|high_resolution|utc|tai|gps)_clock\b|\bclock_gettime\b"
        r"|\bgettimeofday\b|\btimespec_get\b|\bstd::time\s*\(|\btime\s*\(\s*(?:nullptr|NULL|0|&)"
        r"|\bstd::clock\s*\(|\b(?:localtime|gmtime)(?:_r)?\s*\(|\b__rdtsc\b",
        "time arrives with the event",
    ),
    Banned(
        "random",
        r"\brandom_device\b|\bs?rand\s*\(|\b[dlm]rand48\b|\bgetrandom\b|\barc4random\w*|\bdefault_random_engine\b"
        r"|\bstd::(?:ranges::)?(?:shuffle|sample)\s*\("
        r"|\b(?:uniform_int|uniform_real|normal|lognormal|poisson|exponential|bernoulli|binomial|geometric|gamma"
        r"|student_t|discrete)_distribution\b",
        "draw from base/prng, seeded by the caller (the standard distributions differ between libraries)",
    ),
    Banned(
        "thread",
        r"\bstd::(?:j?thread|async|future|promise|packaged_task|atomic\w*|latch|barrier|counting_semaphore"
        r"|binary_semaphore|condition_variable\w*|(?:recursive_|shared_|timed_|recursive_timed_|shared_timed_)?mutex"
        r"|lock_guard|unique_lock|scoped_lock|shared_lock|once_flag|call_once|stop_token|this_thread)\b"
        r"|\bthread_local\b|\bpthread_\w+",
        "one thread owns an engine; the shell around it may use threads",
    ),
    Banned(
        "environment",
        r"\b(?:secure_)?getenv\b|\b(?:set|put|unset)env\b|\benviron\b",
        "configuration arrives as a value",
    ),
    Banned(
        "file",
        r"\bstd::(?:basic_)?[io]?fstream\b|\bstd::filesystem\b|\bf(?:re|d)?open\s*\(|\bmmap\s*\(|(?<![\w>])::open\s*\("
        r"|\bstd::(?:cout|cin|clog|cerr)\b|\bstd::(?:printf|puts|getline)\s*\(|\btmpfile\s*\(",
        "files are read in data, journal and apps; values arrive here",
    ),
    Banned(
        "socket",
        r"(?<![\w>])::(?:socket|connect|bind|listen|accept|send|recv|sendto|recvfrom)\s*\(|\bgetaddrinfo\b",
        "sockets live in net",
    ),
)

# The same by header.
BANNED_HEADERS = {
    "clock": ("ctime", "time.h", "sys/time.h"),
    "random": ("sys/random.h",),
    "thread": (
        "thread", "mutex", "shared_mutex", "condition_variable", "future", "atomic", "semaphore", "latch", "barrier",
        "stop_token", "pthread.h",
    ),
    "file": ("fstream", "filesystem", "iostream", "fcntl.h", "unistd.h", "sys/mman.h", "sys/stat.h", "sys/file.h"),
    "socket": ("sys/socket.h", "netdb.h", "poll.h", "sys/epoll.h", "netinet/in.h", "arpa/inet.h"),
}


# ---------------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Fence:
    """A heavy library's headers, and the only files that may include them."""

    name: str
    headers: tuple
    files: tuple
    reason: str


FENCES = (
    Fence("Beast and Asio", ("boost/beast*", "boost/asio*"), ("src/net/*",), "22 s and 1.5 GB for one source"),
    Fence("CLI11", ("CLI/*",), ("apps/*",), "4 to 9 s for one source, and only a program has a command line"),
    Fence(
        "simdjson",
        ("simdjson*",),
        ("src/venue/*/parse*", "src/venue/parse*", "src/data/import*"),
        "2 s for one source; recorded exchange messages enter at the parsers and at the importers",
    ),
    Fence(
        "Boost.JSON",
        ("boost/json*",),
        ("src/*_json.cpp", "src/*_json_test.cpp", "apps/*_json.cpp", "src/api/*"),
        "2 to 4 s for one source; JSON is written beside a type, in files named for it",
    ),
    Fence(
        "toml++",
        ("toml++/*", "toml.hpp"),
        ("src/node/config*", "src/research/config*", "apps/*"),
        "configuration is read at the edge; until the node exists, the backtest's configuration is that edge",
    ),
    Fence("libtorch and XGBoost", ("torch/*", "xgboost/*"), ("src/learn/*",), "models run outside the engine"),
    Fence("curl", ("curl/*",), ("src/data/fetch*",), "the archive download is the only transfer outside net"),
    Fence("SQLite", ("sqlite3*",), ("src/storage/database*",), "one wrapper turns its codes into errors and its handles into owners"),
    Fence("time zones", ("date/*",), ("src/calendar/time_zone.cpp",), "what clocks show is asked in one place"),
    Fence("ncurses", ("curses.h", "ncurses.h", "term.h", "ncursesw/*"), ("src/screen/terminal*.cpp",),
          "hundreds of macros, and one place that brings the terminal back"),
    Fence(
        "compression",
        ("archive.h", "archive_entry.h", "zstd.h", "zstd_errors.h", "zlib.h"),
        ("src/data/*", "src/base/log_archive*"),
        "compressed bytes are a matter of files, and files are a matter of data; the log packs its own old ones",
    ),
    Fence(
        "test libraries",
        ("gtest/*", "gmock/*"),
        ("src/*_test.cpp", "src/*_test_support.?pp", "tests/*"),
        "the program carries no test code",
    ),
    Fence("Google Benchmark", ("benchmark/*",), ("tests/*", "apps/*"), "measurements stand beside the code measured"),
)

# ---------------------------------------------------------------------------------------------------------------------
FILE_LINES = 500
FUNCTION_LINES = 70

# Folders and root files whose text is held to the rules on words and paths.
TEXT_ROOTS = ("src", "apps", "tests", "scripts", "cmake", "docs", "examples", "report", "web", ".ci")
TEXT_SUFFIXES = (
    ".cpp", ".hpp", ".py", ".sh", ".ts", ".tsx", ".js", ".mjs", ".css", ".html", ".md", ".toml", ".cmake", ".txt",
    ".json", ".scn", "",
)
TEXT_SKIPPED = ("package-lock.json",)
SKIPPED_FOLDERS = ("build", "var", "node_modules", "__pycache__", ".git", "third_party", "corpus")

# Files that every tree must have.
REQUIRED_FILES = ("CHANGELOG.md", "LICENSE", "run", "test", ".ci/run")
