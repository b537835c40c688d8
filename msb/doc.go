// Package msb implements both sides of the Media Stream Broadcast protocol
// [MS-MSB]: what a multicast sender puts on the network, what a receiver makes
// of it, and the .nsc files that tell receivers where to listen.
//
// Encoder turns ASF packets into MSB packets and makes their parity packets,
// Decoder takes datagrams and gives the ASF packets back in order, one lost
// packet of a span repaired. BeaconTimer and ReceiverTimers are the timers of
// both sides, told what the time is. Station is an .nsc file. These know no
// socket and no clock.
//
// Sender sends a broadcast publishing point to a group, and Receiver listens to
// one.
package msb
