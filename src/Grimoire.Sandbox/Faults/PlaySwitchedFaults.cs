using Grimoire.Sandbox.Calls;

namespace Grimoire.Sandbox.Faults;

/// <summary>
/// Lets the requests that meet a switched fault fail before they reach their endpoint, or their answers get lost. What is about the sandbox
/// itself never fails.
/// </summary>
sealed class PlaySwitchedFaults(RequestDelegate next, FaultSwitchboard switchboard, FaultPlayer player)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<RecordedCall>() is { } call && await switchboard.MeetAsync(context.Request).ConfigureAwait(false) is { } fault)
        {
            call.Fault = fault.Kind;
            if (fault.Kind == "lost")
            {
                await FaultPlayer.LoseAnswerAsync(context, next).ConfigureAwait(false);
                return;
            }

            if (await player.PlayAsync(context, fault).ConfigureAwait(false))
            {
                return;
            }
        }

        await next(context).ConfigureAwait(false);
    }
}
