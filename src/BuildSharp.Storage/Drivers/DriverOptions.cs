using BuildSharp.Oci;

namespace BuildSharp.Storage.Drivers;

/// <summary>Options of one driver by key; options of other drivers are left out (containers-storage.conf(5), options).</summary>
internal static class DriverOptions
{
    /// <summary>Parses <c>driver.key=value</c>, <c>key=value</c> and <c>.key=value</c>.</summary>
    internal static Dictionary<string, string> Of(string driver, IReadOnlyList<string> options)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var option in options)
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                throw new BuildSharpException($"storage option \"{option}\": expected key=value");
            }

            var key = option[..equals];
            var dot = key.IndexOf('.', StringComparison.Ordinal);
            if (dot > 0 && key[..dot] != driver && !(driver == "overlay" && key[..dot] == "overlay2"))
            {
                continue;
            }

            values[key[(dot + 1)..]] = option[(equals + 1)..];
        }

        return values;
    }
}
