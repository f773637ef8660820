using BuildSharp.Transports.Trust;

namespace BuildSharp.Tests.Transports;

internal static class Policies
{
    public static TrustPolicy AcceptAnything { get; } = TrustPolicy.Parse("""{"default":[{"type":"insecureAcceptAnything"}]}"""u8, "policy.json");
}
