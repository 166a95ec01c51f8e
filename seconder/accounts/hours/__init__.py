"""When people work: their hours of the week and days off, and the organization's usual hours and holidays. Reviews that
count working time read them (`verification.working`)."""
