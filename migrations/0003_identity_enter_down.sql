drop function identity.erase_me();
drop function identity.change_profile(text, text, text, timestamptz);
drop function identity.ensure_account(text, timestamptz);
drop function identity.users_of_account(uuid);
drop function identity.enter_token(uuid, bytea, timestamptz);
drop function identity.enter_system(uuid);
drop function identity.enter(uuid, uuid, timestamptz);
