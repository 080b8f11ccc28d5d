"""Hashing passwords: argon2id, off the event loop, two at once in the whole process."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_hasher = PasswordHash((Argon2Hasher(),))


@cache
def _threads() -> ThreadPoolExecutor:
    """A hash takes a core and 64 MB for a while: two threads are a queue and a limit in one.

    Unlike a semaphore they belong to no event loop.
    """
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")


# Threads don't survive a fork: a child that kept its parent's pool would wait for ever.
os.register_at_fork(after_in_child=_threads.cache_clear)


async def make_hash(password: str) -> str:
    """Hash a password. Takes a while: call it outside any transaction."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), _hasher.hash, password)


async def check(password: str, password_hash: str | None) -> tuple[bool, str | None]:
    """Tell whether the password is right, and its new hash where the old one is outdated.

    Without a hash it takes as long, and is wrong: the time does not tell that there is
    no account, or none with a password.
    """
    return await asyncio.get_running_loop().run_in_executor(
        _threads(), _check, password, password_hash
    )


def _check(password: str, password_hash: str | None) -> tuple[bool, str | None]:
    # Made in any case, so that the first one to need it does not take longer.
    nobody = _hash_of_nobody()
    right, outdated = _hasher.verify_and_update(password, password_hash or nobody)
    return (right, outdated) if password_hash else (False, None)


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash("a password of nobody")
