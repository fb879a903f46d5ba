using Embedded.Functions.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Http;

/// <summary>Lets a request through if it carries the key that is asked for; answers it otherwise.</summary>
/// <param name="keys">Null when keys are not enforced.</param>
internal sealed class KeyCheck(HostKeys? keys)
{
    public async ValueTask<bool> AllowsAsync(HttpContext http, AuthorizationLevel level, string? functionName)
    {
        if (keys is null || level == AuthorizationLevel.Anonymous || keys.Allows(level, PresentedKey.Of(http.Request), functionName))
        {
            return true;
        }

        await Problem.WriteAsync(
            http, StatusCodes.Status401Unauthorized, "A key is needed.",
            $"Send a key of level '{level}' in the header '{PresentedKey.Header}' or in the query as '{PresentedKey.Query}'.").ConfigureAwait(false);
        return false;
    }
}
