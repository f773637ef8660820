namespace BuildSharp.Running;

/// <summary>A device for the command: one of the host (<c>--device SRC[:DST][:rwm]</c>), or one that a file describes for the Container
/// Device Interface (<c>--device VENDOR/CLASS=NAME</c>).</summary>
/// <param name="Source">Absolute path on the host, of a device node or a directory of device nodes; the name of a CDI device.</param>
/// <param name="Destination">Absolute path in the container; empty for a CDI device.</param>
/// <param name="Access">Any of <c>r</c> read, <c>w</c> write and <c>m</c> mknod; empty for a CDI device.</param>
public sealed record DeviceRequest(string Source, string Destination, string Access)
{
    /// <summary>Whether this is a CDI device.</summary>
    public bool IsCdi => !Source.StartsWith('/');

    /// <summary>Whether the command runs without the device where there is none; for CDI devices only.</summary>
    public bool IsOptional { get; init; }

    /// <summary>A CDI device, named <c>VENDOR/CLASS[=NAME]</c>.</summary>
    public static DeviceRequest Cdi(string name) => new(name, "", "");

    /// <summary>Parses <c>SRC[:DST][:rwm]</c>, or <c>VENDOR/CLASS=NAME</c>. The default for DST is SRC, for the access <c>rwm</c>.</summary>
    /// <exception cref="FormatException">The text is malformed.</exception>
    public static DeviceRequest Parse(string text)
    {
        if (!text.StartsWith('/') && text.IndexOf('/') is > 0 and var slash && text.IndexOf('=', slash) > slash + 1 && !text.EndsWith('='))
        {
            return Cdi(text);
        }

        var parts = text.Split(':');
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
