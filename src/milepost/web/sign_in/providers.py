"""The buttons of other places where one can sign in."""

from urllib.parse import urlencode

from starlette.requests import Request

Button = tuple[str, str]


def buttons(request: Request, to: str) -> list[Button]:
    """List the providers of the settings as (address, words), leading on to a page of ours."""
    query = "" if to == "/" else "?" + urlencode({"next": to})
    return [
        (f"/auth/oidc/{provider.slug}{query}", f"Sign in with {provider.name}")
        for provider in request.app.state.settings.oidc
    ]
