using Grimoire.Functions.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grimoire.Functions.Tests.Support;

static class Retries
{
    public static RetryOptions Options { get; } = new(5, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));

    public static StorageRetry Of(TimeProvider time, int tries = 5) => new(Options with { Tries = tries }, time, NullLogger<StorageRetry>.Instance);
}
