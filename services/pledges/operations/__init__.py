"""What pledges can do. Operations work in the transaction that they are given; the edge commits."""
