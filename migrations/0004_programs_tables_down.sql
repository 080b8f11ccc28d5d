drop schema programs cascade;
