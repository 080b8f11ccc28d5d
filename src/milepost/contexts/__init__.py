"""What Milepost is about, a folder a subject; imports point down:

insights, standups / coaching, spaces, lessons / rewards, goals / journeys / programs / identity.
"""
