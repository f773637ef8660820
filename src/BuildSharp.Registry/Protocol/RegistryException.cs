using System.Net;
using BuildSharp.Oci;

namespace BuildSharp.Registry.Protocol;

/// <summary>A registry refused a request, or could not be reached.</summary>
public class RegistryException : BuildSharpException
{
    internal RegistryException(
        string message, HttpStatusCode? status, IReadOnlyList<string> codes, bool isTransient, Exception? inner = null)
        : base(message, inner)
    {
        Status = status;
        Codes = codes;
        IsTransient = isTransient;
    }

    /// <summary>HTTP status of the refusal; null when no response arrived.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>Error codes of the registry, such as <c>MANIFEST_UNKNOWN</c> (distribution-spec, "Error Codes"); often empty.</summary>
    public IReadOnlyList<string> Codes { get; }

    /// <summary>Whether the same request may succeed later: after broken connections, and statuses such as 429 and 503.</summary>
    public bool IsTransient { get; }
}
