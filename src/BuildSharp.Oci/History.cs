using System.Text.Json;
using BuildSharp.Oci.Json;

namespace BuildSharp.Oci;

/// <summary>Origin of one layer, or of one change of the config (OCI image-spec, config.md, "history").</summary>
public sealed record History
{
    /// <summary>Time of creation; null when unknown.</summary>
    public Timestamp? Created { get; init; }

    /// <summary>Author; null when unknown.</summary>
    public string? Author { get; init; }

    /// <summary>The instruction or command that created it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>A comment, such as <c>FROM base</c> on the first entry after those of the base image.</summary>
    public string? Comment { get; init; }

    /// <summary>Whether the entry has no layer in <see cref="ImageConfig.DiffIds"/>.</summary>
    public bool EmptyLayer { get; init; }

    internal static History Read(JsonFields fields) => new()
    {
        Created = fields.Time("created"),
        Author = fields.String("author"),
        CreatedBy = fields.String("created_by"),
        Comment = fields.String("comment"),
        EmptyLayer = fields.Bool("empty_layer"),
    };

    internal void Write(Utf8JsonWriter writer, bool docker)
    {
        writer.WriteStartObject();
        // Docker's field is a plain time, so it is always written.
        writer.WriteOptional("created", Created?.ToString() ?? (docker ? Timestamp.GoZero.ToString() : null));
        // The two formats have opposite field orders, which affect the image ID, a hash of the bytes.
        writer.WriteOptional(docker ? "author" : "created_by", docker ? Author : CreatedBy);
        writer.WriteOptional(docker ? "created_by" : "author", docker ? CreatedBy : Author);
        writer.WriteOptional("comment", Comment);
        if (EmptyLayer)
        {
            writer.WriteBoolean("empty_layer", true);
        }

        writer.WriteEndObject();
    }
}
