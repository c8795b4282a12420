"""Pictures that a sponsor may see, each with the consent it rests on."""
