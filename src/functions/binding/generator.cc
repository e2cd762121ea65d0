// TAKEN by helper-9
