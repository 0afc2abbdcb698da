"""The side other systems see: health of the whole desk and TMF621 trouble tickets."""
