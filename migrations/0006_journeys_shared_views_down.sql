drop schema shared cascade;
