"""Where everything stands on the sheets: blocks of known height, placed page by page by us."""
