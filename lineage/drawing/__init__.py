"""What a picture of lineage shows, without any page: colours, cards, groups, places."""
