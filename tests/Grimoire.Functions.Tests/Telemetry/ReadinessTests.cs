using Grimoire.Functions.Storage;
using Grimoire.Functions.Telemetry;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Tests.Security;
using Moq;

namespace Grimoire.Functions.Tests.Telemetry;

public sealed class ReadinessTests
{
    readonly SetTime _time = new();
    readonly Mock<IObjectStore> _objects = new();

    [Fact]
    public async Task However_many_ask_the_storage_is_asked_once_a_second()
    {
        var checks = new HealthChecks(_objects.Object, null!, null!, null!, _time);
        var client = Instances.Client().Object;

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => checks.MissingAsync(client)));
        await checks.MissingAsync(client);
        Verify(Times.Once());
        _time.Now += TimeSpan.FromSeconds(1);
        Assert.Null(await checks.MissingAsync(client));

        Verify(Times.Exactly(2));
    }

    [Fact]
    public async Task What_is_missing_is_found_out_again_and_told_by_its_name_alone()
    {
        var checks = new HealthChecks(_objects.Object, null!, null!, null!, _time);
        _objects.Setup(objects => objects.CheckAsync(It.IsAny<CancellationToken>())).ThrowsAsync(new IOException("/data/keys: no"));
        Assert.Equal("storage", await checks.MissingAsync(Instances.Client().Object));
        _objects.Reset();
        _time.Now += TimeSpan.FromSeconds(1);

        Assert.Null(await checks.MissingAsync(Instances.Client().Object));
    }

    void Verify(Times times) => _objects.Verify(objects => objects.CheckAsync(It.IsAny<CancellationToken>()), times);
}
