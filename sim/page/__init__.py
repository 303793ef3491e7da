"""One page of HTML that holds a whole result: the answer first, then what it rests on."""
