-- SQLite keeps a text with its row; nothing is to be done.
select 1;
