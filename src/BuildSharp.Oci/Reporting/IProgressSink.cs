namespace BuildSharp.Oci.Reporting;

/// <summary>Receives the progress of work on many bytes, from any thread. An option of this type is null when nobody looks; then no item is
/// created and no byte is counted.</summary>
public interface IProgressSink
{
    /// <summary>An item starts. The sink reads its counter whenever it likes, until it ends.</summary>
    void Start(ProgressItem item);

    /// <summary>An item ended: complete, or stopped by an error or a signal (<see cref="ProgressItem.IsComplete"/>).</summary>
    void End(ProgressItem item);
}
