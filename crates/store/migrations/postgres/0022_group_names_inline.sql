-- A search reads the texts of all blocks: in their rows, one after the other, instead of piece by piece from beside the table. Those that
-- do not fit into a row still stand beside it. What is there already is moved when it is next written.
alter table directory_group_names set (toast_tuple_target = 8160);
