"""Pages of somebody who is not signed in yet: sign-in, a new password, an invitation."""
