do $$
declare
  v_tool text;
begin
  for v_tool in select t.tool from journeys.tools t loop
    execute format('drop schema %I cascade', v_tool);
  end loop;
end
$$;
drop schema journeys cascade;
