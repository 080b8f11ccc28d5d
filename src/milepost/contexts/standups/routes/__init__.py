"""The standup bot for programs: JSON over HTTP, and a socket for who stays on the line."""

from fastapi import APIRouter

from milepost.contexts.standups.routes import socket, talking

router = APIRouter()
router.include_router(talking.router)

# Its address is outside the API's.
socket_router = APIRouter()
socket_router.include_router(socket.router)

__all__ = ["router", "socket_router"]
