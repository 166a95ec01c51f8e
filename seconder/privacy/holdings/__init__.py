"""What is held of one person, table by table, as the declarations say: the ground of what they are shown, of their
export and of what erasure does."""
