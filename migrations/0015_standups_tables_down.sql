drop schema standups cascade;
