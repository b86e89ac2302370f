"""What the engine may take of the machine it shares with whoever is trying it out."""

import os
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup/memory.max")
# Shares of the memory there is: all statements together, and one of them.
_ALL, _ONE = 0.7, 0.5
MAX_CLIENTS = 256


def memory_bytes() -> int:
    """The memory of this container, or else of this machine."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = _CGROUP.read_text().strip() if _CGROUP.exists() else "max"
    return min(physical, int(limit)) if limit.isdecimal() else physical


def server_settings() -> str:
    """The engine's settings as elements of its configuration file: memory, threads, caches.

    Source: ClickHouse documentation, Server settings.
    """
    memory = memory_bytes()
    values = {
        "max_server_memory_usage": int(memory * _ALL),
        "max_concurrent_queries": MAX_CLIENTS,
        "max_thread_pool_size": 1000,
        "mark_cache_size": min(256 << 20, memory // 16),
        "uncompressed_cache_size": 0,
        "background_pool_size": max(2, os.cpu_count() or 2),
    }
    return "".join(f"<{name}>{value}</{name}>" for name, value in values.items())


def profile_settings() -> str:
    """The settings that every statement starts with: one may not take all the memory."""
    return f"<max_memory_usage>{int(memory_bytes() * _ONE)}</max_memory_usage>"
