using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

public class SnapshotOwnershipTests
{
    [Fact]
    public void Every_approved_file_belongs_to_a_test() => Assert.Empty(Snapshot.Orphans(typeof(SnapshotOwnershipTests).Assembly));
}
