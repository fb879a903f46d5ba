namespace Embedded.DurableTask.Tests;

/// <summary>Proves that the test project builds, is found and runs; the behaviour is tested beside it.</summary>
public sealed class SmokeTests
{
    [Fact]
    public void The_engine_assembly_carries_its_honest_name() =>
        Assert.Equal("Embedded.DurableTask", System.Reflection.Assembly.Load("Embedded.DurableTask").GetName().Name);
}
