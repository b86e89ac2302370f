"""Real servers for the tests to load from, each on a free port of 127.0.0.1 for as long as a block runs."""

from support.servers.files import FileServer
from support.servers.postgres import PostgresServer
from support.servers.s3 import S3Server

__all__ = ["FileServer", "PostgresServer", "S3Server"]
