using System.Text.Json;
using BuildSharp.Oci.Json;

namespace BuildSharp.Oci;

public sealed partial record ContainerConfig
{
    /// <summary>Parses the <c>config</c> object of an image config, in either format.</summary>
    /// <exception cref="BuildSharpException">Invalid JSON, or a field of a wrong type.</exception>
    public static ContainerConfig Parse(ReadOnlySpan<byte> json) =>
        StrictJson.Read(json, ImageConfig.SizeLimit, "container config", Read);

    internal static ContainerConfig Read(JsonFields fields) => new()
    {
        User = fields.String("User") ?? "",
        ExposedPorts = fields.Set("ExposedPorts"),
        Env = fields.Strings("Env"),
        Entrypoint = fields.StringsOrNull("Entrypoint"),
        Cmd = fields.StringsOrNull("Cmd"),
        Volumes = fields.Set("Volumes"),
        WorkingDir = fields.String("WorkingDir") ?? "",
        Labels = fields.Map("Labels"),
        StopSignal = fields.String("StopSignal") ?? "",
        ArgsEscaped = fields.Bool("ArgsEscaped"),
        Healthcheck = fields.Object("Healthcheck") is { } healthcheck ? Healthcheck.Read(healthcheck) : null,
        OnBuild = fields.Strings("OnBuild"),
        Shell = fields.Strings("Shell"),
        StopTimeout = (int?)fields.Integer("StopTimeout"),
        Hostname = fields.String("Hostname") ?? "",
        Domainname = fields.String("Domainname") ?? "",
        AttachStdin = fields.Bool("AttachStdin"),
        AttachStdout = fields.Bool("AttachStdout"),
        AttachStderr = fields.Bool("AttachStderr"),
        Tty = fields.Bool("Tty"),
        OpenStdin = fields.Bool("OpenStdin"),
        StdinOnce = fields.Bool("StdinOnce"),
        Image = fields.String("Image") ?? "",
        NetworkDisabled = fields.Bool("NetworkDisabled"),
        MacAddress = fields.String("MacAddress") ?? "",
    };

    /// <summary>The OCI form without Docker's own fields; equal bytes mean that containers start alike.</summary>
    public byte[] ToOciJson() => GoJson.ToBytes(WriteOci);

    internal void WriteOci(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteOptional("User", User);
        writer.WriteOptionalSet("ExposedPorts", ExposedPorts);
        writer.WriteOptional("Env", Env);
        writer.WriteOptional("Entrypoint", Entrypoint);
        writer.WriteOptional("Cmd", Cmd);
        writer.WriteOptionalSet("Volumes", Volumes);
        writer.WriteOptional("WorkingDir", WorkingDir);
        writer.WriteOptional("Labels", Labels);
        writer.WriteOptional("StopSignal", StopSignal);
        if (ArgsEscaped)
        {
            writer.WriteBoolean("ArgsEscaped", true);
        }

        writer.WriteEndObject();
    }

    internal void WriteDocker(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("Hostname", Hostname);
        writer.WriteString("Domainname", Domainname);
        writer.WriteString("User", User);
        writer.WriteBoolean("AttachStdin", AttachStdin);
        writer.WriteBoolean("AttachStdout", AttachStdout);
        writer.WriteBoolean("AttachStderr", AttachStderr);
        writer.WriteOptionalSet("ExposedPorts", ExposedPorts);
        writer.WriteBoolean("Tty", Tty);
        writer.WriteBoolean("OpenStdin", OpenStdin);
        writer.WriteBoolean("StdinOnce", StdinOnce);
        writer.WriteListOrNull("Env", Env);
        writer.WriteListOrNull("Cmd", Cmd);
        if (Healthcheck is not null)
        {
            writer.WritePropertyName("Healthcheck");
            Healthcheck.Write(writer);
        }

        if (ArgsEscaped)
        {
            writer.WriteBoolean("ArgsEscaped", true);
        }

        writer.WriteString("Image", Image);
        if (Volumes.Count == 0)
        {
            writer.WriteNull("Volumes");
        }

        writer.WriteOptionalSet("Volumes", Volumes);
        writer.WriteString("WorkingDir", WorkingDir);
        writer.WriteListOrNull("Entrypoint", Entrypoint);
        if (NetworkDisabled)
        {
            writer.WriteBoolean("NetworkDisabled", true);
        }

        writer.WriteOptional("MacAddress", MacAddress);
        WriteOnBuild(writer);
        if (Labels.Count == 0)
        {
            writer.WriteNull("Labels");
        }

        writer.WriteOptional("Labels", Labels);
        writer.WriteOptional("StopSignal", StopSignal);
        if (StopTimeout is { } seconds)
        {
            writer.WriteNumber("StopTimeout", seconds);
        }

        writer.WriteOptional("Shell", Shell);
        writer.WriteEndObject();
    }

    // buildah allocates this list even without entries, so it is [] and not null like the other lists.
    private void WriteOnBuild(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("OnBuild");
        foreach (var instruction in OnBuild)
        {
            writer.WriteStringValue(instruction);
        }

        writer.WriteEndArray();
    }
}
