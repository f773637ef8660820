namespace BuildSharp.Running;

/// <summary>A host device for the command (<c>--device SRC[:DST][:rwm]</c>).</summary>
/// <param name="Source">Absolute path on the host, of a device node or a directory of device nodes.</param>
/// <param name="Destination">Absolute path in the container.</param>
/// <param name="Access">Any of <c>r</c> read, <c>w</c> write and <c>m</c> mknod.</param>
public sealed record DeviceRequest(string Source, string Destination, string Access)
{
    /// <summary>Parses <c>SRC[:DST][:rwm]</c>. The default for DST is SRC, for the access <c>rwm</c>.</summary>
    /// <exception cref="FormatException">The text is malformed, or the name of a CDI device.</exception>
    public static DeviceRequest Parse(string text)
    {
        var parts = text.Split(':');
        if (!text.StartsWith('/') && parts[0].Contains('='))
        {
            throw new FormatException($"--device {text}: CDI devices are not supported yet");
        }

        var request = parts switch
        {
            [var source] => new DeviceRequest(source, source, "rwm"),
            [var source, ['/', ..] destination] => new DeviceRequest(source, destination, "rwm"),
            [var source, var mode] => new DeviceRequest(source, source, Mode(mode)),
            [var source, var destination, var mode] => new DeviceRequest(source, destination, Mode(mode)),
            _ => throw new FormatException($"invalid device specification: {text}"),
        };
        return request.Source.StartsWith('/') && request.Destination.StartsWith('/')
            ? request
            : throw new FormatException($"invalid device specification: {text}");
    }

    private static string Mode(string mode) =>
        mode.Length is > 0 and <= 3 && mode.All("rwm".Contains) && mode.Distinct().Count() == mode.Length
            ? mode
            : throw new FormatException($"invalid device mode: {mode}");
}
